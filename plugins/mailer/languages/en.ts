import type { Language } from './language.js'

const NOT_YOU =
  'If this was not you, reset your password now: someone else has access to your account and may have access to this mailbox.'
const ASK = 'If you did not expect this, contact the administrator of this service.'

export const en: Language = {
  greetingOf: (name) => `Hello ${name},`,
  greeting: 'Hello,',
  validity: (term) => `The code works once, ${term}.`,
  within: (duration) => `within ${duration}`,
  until: (end) => `until ${end}`,
  enterOn: 'Enter it on this page:',
  secrecy: (service) => `Do not share it with anyone: ${service} never asks for it by mail or phone.`,
  support: (address) => `If you have questions, write to ${address}.`,
  footer: (service) => `${service} sent this mail automatically. Please do not reply to it.`,
  labels: {
    time: 'Time',
    device: 'Device',
    address: 'Address',
    factor: 'Factor',
    remaining: 'Codes left',
    key: 'Key',
    scopes: 'Scopes',
    role: 'Role',
    permissions: 'Permissions',
    webhook: 'Webhook',
    invitation: 'Invitation',
  },
  deviceOn: (browser, system) => `${browser} on ${system}`,
  unknownDevice: 'an unknown device',
  unknownAddress: 'unknown',
  noPermissions: 'none besides those of the role',
  factors: { totp: 'authenticator app', passkey: 'passkey', 'backup-codes': 'backup codes' },
  mails: {
    'registration-code': {
      subject: 'Your registration code',
      lead: 'Someone is registering an account with this e-mail address. If it is you, enter this code to finish:',
      advice: 'If this was not you, ignore this mail: no account is created without the code.',
    },
    'registration-attempt': {
      subject: 'You already have an account',
      lead: 'Someone tried to register an account with this e-mail address, but you already have one. Nothing has changed.',
      advice:
        'If this was you, sign in instead, or reset your password if you forgot it. If not, you do not need to do anything.',
    },
    invitation: {
      subject: 'You have been invited',
      lead: 'An administrator of this service invites you to create an account with this e-mail address. Use this code:',
      advice: 'If you did not expect this, ignore this mail: no account is created without the code.',
    },
    'login-code': {
      subject: 'Your sign-in code',
      lead: 'Enter this code to sign in:',
      advice: 'If you are not signing in, someone else knows your password. Reset it now.',
    },
    'login-code-refused': {
      subject: 'A sign-in was stopped',
      lead: 'Someone entered your correct password but a wrong code. They were not signed in.',
      advice: 'If you mistyped the code, you do not need to do anything. If this was not you, reset your password now.',
    },
    'login-notification': {
      subject: 'New sign-in to your account',
      lead: 'There was a new sign-in to your account.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'A second factor was added',
      lead: 'A second factor was added to your account, and all your other sessions were ended. Every sign-in asks for a second factor now.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'A second factor was removed',
      lead: 'A second factor was removed from your account.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'New backup codes were created',
      lead: 'New backup codes were created for your account. The previous ones no longer work.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'Your second factors were removed',
      lead: 'An administrator removed every second factor of your account and ended all your sessions. You can sign in with your password and a code by mail.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'A backup code was used',
      lead: 'A backup code was used in place of your second factor.',
      advice:
        'If this was not you, reset your password now and create new backup codes. Do the latter too when few are left.',
    },
    'passkey-refused': {
      subject: 'A passkey was refused',
      lead: 'The signature counter of one of your passkeys had not risen since its last use. The passkey may have been copied, so it was refused.',
      advice: 'If it is refused again, delete this passkey and add a new one. If this was not you, do so now.',
    },
    'token-reused': {
      subject: 'A session was ended for your safety',
      lead: 'A sign-in token that had already been replaced was used again. It may have been copied, so its session was ended.',
      advice:
        'Sign in again on the device that was signed out. If you do not know the device or the address, reset your password too.',
    },
    'password-reset-code': {
      subject: 'Your password reset code',
      lead: 'Enter this code to set a new password:',
      advice: 'If you did not ask for this, ignore this mail: your password stays the same.',
    },
    'password-reset': {
      subject: 'Your password was reset',
      lead: 'A new password was set with a code from this mailbox, and all your sessions were ended.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'Your password was changed',
      lead: 'Your password was changed, and all your other sessions were ended.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'An API key was created',
      lead: 'A new API key can act for your account. A change of your password does not end it.',
      advice: 'If this was not you, revoke the key and reset your password now.',
    },
    'email-change-code': {
      subject: 'Confirm your new e-mail address',
      lead: 'Enter this code to use this e-mail address for your account:',
      advice: 'If you did not ask for this, ignore this mail: nothing changes without the code.',
    },
    'email-changed': {
      subject: 'Your e-mail address was changed',
      lead: 'Your account now uses another e-mail address. You can no longer sign in with this one, and it gets no more mail.',
      advice: 'If this was not you, contact the administrator of this service now.',
    },
    'access-changed': {
      subject: 'Your permissions were changed',
      lead: 'An administrator changed the permissions of your account.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Your account was suspended',
      lead: 'An administrator suspended your account and ended all your sessions. Nothing was deleted.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Your account is active again',
      lead: 'An administrator lifted the suspension of your account. You can sign in again.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'A webhook was disabled',
      lead: 'A webhook of this service was disabled, because its endpoint did not accept an event for three days.',
      gone: 'A webhook of this service was disabled, because its endpoint answered that it is gone (410).',
      advice:
        'Repair the endpoint, then enable the webhook again. Events that waited are delivered then; later ones were not kept.',
    },
    'account-deleted': {
      subject: 'Your account was deleted',
      lead: 'Your account and its files were deleted. This is the last mail about it.',
      advice: ASK,
    },
  },
}
