/** The tags with their operations, in the order in which people use them. The contract and all that is generated from it keep this order. */
export const TAGS = [
  {
    name: 'Registration',
    description: 'Creating an account.',
    operations: ['register', 'verifyRegistration'],
  },
  {
    name: 'Sign-in',
    description: 'Signing in with a password and a code sent by e-mail, refreshing tokens, and signing out.',
    operations: ['login', 'verifyLogin', 'resendCode', 'refreshToken', 'logout', 'logoutEverywhere'],
  },
  {
    name: 'Password recovery',
    description: 'Setting a new password in place of a forgotten one.',
    operations: ['forgotPassword', 'verifyPasswordReset', 'resetPassword'],
  },
  {
    name: 'Account',
    description: 'Your account: profile, password, e-mail address, sessions, activity, export and deletion.',
    operations: [
      'getProfile',
      'updateProfile',
      'deleteAccount',
      'putAvatar',
      'deleteAvatar',
      'changePassword',
      'changeEmail',
      'verifyEmailChange',
      'listSessions',
      'revokeSession',
      'listActivity',
      'exportAccount',
    ],
  },
  {
    name: 'Assets',
    description: 'Your files.',
    operations: [
      'uploadAssets',
      'listAssets',
      'getAsset',
      'updateAsset',
      'deleteAsset',
      'getAssetUrl',
      'bulkDeleteAssets',
    ],
  },
  {
    name: 'API keys',
    description: 'Your API keys, with which programs call this API without a person.',
    operations: ['createApiKey', 'listApiKeys', 'updateApiKey', 'deleteApiKey', 'rotateApiKey'],
  },
  {
    name: 'Administration',
    description:
      'All accounts and files, outgoing e-mails, audit events and statistics. Each operation requires a permission.',
    operations: [
      'adminListUsers',
      'adminGetUser',
      'adminUpdateUser',
      'adminDeleteUser',
      'adminRevokeSessions',
      'adminListAssets',
      'adminGetAsset',
      'adminDeleteAsset',
      'adminBulkDeleteAssets',
      'adminListAuditEvents',
      'adminListMails',
      'adminResendMail',
      'adminGetStatistics',
    ],
  },
  {
    name: 'Operation',
    description: 'Health checks, and the public keys of access tokens.',
    operations: ['getLiveness', 'getReadiness', 'getJwks'],
  },
]
