// Generated from openapi/openapi.json by `npm run openapi`.
export interface paths {
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start registration
         * @description Sends a code to the e-mail address. The account is created once the code is verified. If the address already has an account, you get the same response, and the owner of that account gets a notice instead of a code. To include a profile image, send a form with the file `avatar`. The language of the account is taken from `Accept-Language`. If the server is closed to registration, every request gets 403.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete registration
         * @description Checks the code and creates the account. This does not sign you in. If the file store fails, the profile image is added later.
         */
        post: operations["verifyRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description Checks the code from the mail and creates the account, with the rights that the invitation offers. This does not sign you in. It works whether or not registration is open.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start sign-in
         * @description Checks your password and returns the methods by which you can complete the sign-in. If your account has no second factor, that is a code, which is sent to your e-mail address. An unknown account, a suspended account and a wrong password all get the same response. If the server lets devices be trusted (`TRUSTED_DEVICE_TTL`), a trusted one gets 200 with the answer of `verifyLogin` at once.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete sign-in
         * @description Checks the code from the e-mail, the authenticator app or the list of backup codes, as `method` says, or the answer of a passkey to `passkeyOptions`, and starts a session. Send either `code` or `response`. You are notified of the sign-in by e-mail.
         */
        post: operations["verifyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/resend-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a new code
         * @description Sends a new code for a registration, sign-in, password reset or change of e-mail address. The previous code stops working. Failed attempts at the challenge still count.
         */
        post: operations["resendCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start sign-in with a passkey
         * @description Returns a challenge that any passkey answers: you need to name no account. The response is the same for everybody.
         */
        post: operations["beginPasskeyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkey/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete sign-in with a passkey
         * @description Checks the answer of a passkey, which must have verified you, and starts a session. An unknown passkey, a wrong answer and a suspended account all get the same response. You are notified of the sign-in by e-mail.
         */
        post: operations["verifyPasskeyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh your tokens
         * @description Replaces your refresh token and returns a new access token. For a short grace period (10 s by default), a replaced refresh token still returns the same successor, so that parallel tabs and lost responses do not sign you out. After that, a replaced refresh token ends the session.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session that the refresh token or the access token belongs to. An expired or unknown token gets the same response.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere
         * @description Ends all your sessions, or all but the current one. Their access tokens are refused from the next request on. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["logoutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start password reset
         * @description Sends a code if the address has an active account. If it has none, you get the same response, and no code is sent.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/forgot/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the code for a reset token
         * @description Checks the code and returns a token with which you can set a new password, once. The token does not sign you in.
         */
        post: operations["verifyPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete password reset
         * @description Sets your new password and ends all your sessions. You are notified by e-mail. This does not sign you in. If the new password is refused, the reset token stays valid.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your account
         * @description Returns your account. If `If-None-Match` contains the ETag of your account, the response is 304 without a body. API keys need the scope `me:read`. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description Ends all your sessions and frees your e-mail address at once; your files and other data are removed soon after. You are notified by e-mail. Requires a step-up. The last active administrator cannot be deleted. With `If-Match`, the request fails with 412 if your account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /**
         * Update your account
         * @description Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 if your account has changed since you read it. API keys are not accepted.
         */
        patch: operations["updateProfile"];
        trace?: never;
    };
    "/v1/users/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set your profile image
         * @description Replaces your profile image. The image is stored upright, without metadata, as WebP of at most 512 × 512 pixels and 100 KiB. API keys are not accepted.
         */
        put: operations["putAvatar"];
        post?: never;
        /**
         * Delete your profile image
         * @description Deletes your profile image, also from the file store. If you have none, nothing happens. API keys are not accepted.
         */
        delete: operations["deleteAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description Sets a new password and ends all your other sessions. You are notified by e-mail. API keys are not accepted.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start e-mail address change
         * @description Sends a code to the new address. Your address changes once the code is verified. If the new address already has an account, you get the same response, and no code is sent. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete e-mail address change
         * @description Checks the code and changes your e-mail address. The previous address is notified. Your sessions continue. API keys are not accepted.
         */
        post: operations["verifyEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Returns your sessions and your trusted devices that have not expired, newest first. API keys are not accepted.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one of your sessions
         * @description Ends the session and thereby signs its device out. Its tokens are refused from the next request on. With the id of a trusted device, ends the trust: its next sign-in takes the second step. API keys are not accepted.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your account's activity
         * @description Returns what you did and what was done to your account, newest first. For events caused by somebody else, such as an administrator, `ip`, `userAgent` and `requestId` are null. API keys need the scope `me:read`.
         */
        get: operations["listActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export your account
         * @description Returns all data stored about you as one JSON document. Secrets and the contents of your files are not included. API keys need the scope `me:read`.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your second factors
         * @description Returns your authenticator apps, passkeys and backup codes without their secrets, oldest first. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        get: operations["listFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start adding an authenticator app
         * @description Returns the secret of a new authenticator app (TOTP, RFC 6238), once. It becomes a second factor when you send its first code to `confirmTotp` within 15 minutes, in the same session. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/totp/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete adding an authenticator app
         * @description Checks the first code of the app, which then is a second factor. All your other sessions end, and you are notified by e-mail. From now on, a sign-in asks for a second factor, and no code is mailed. With your first factor you get ten backup codes. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start adding a passkey
         * @description Returns the options by which a browser or an app creates a passkey. It becomes a factor when you send it to `confirmPasskey` within five minutes, in the same session. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/passkeys/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete adding a passkey
         * @description Checks the new passkey, which then signs you in by itself, and is a second factor after the password. All your other sessions end, and you are notified by e-mail. From now on, no code is mailed. With your first factor you get ten backup codes. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["confirmPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/backup-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create backup codes
         * @description Returns ten new backup codes, once. The previous ones no longer work. You are notified by e-mail. Requires a second factor and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        post: operations["createBackupCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/factors/{factorId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a second factor
         * @description Removes the second factor. If it is an authenticator app or a passkey, all your other sessions end; with the last of them, the backup codes go too, and a sign-in asks for a code by e-mail again. The last one cannot be removed if the server requires a second factor of you (`MFA_REQUIRED`). You are notified by e-mail. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        delete: operations["deleteFactor"];
        options?: never;
        head?: never;
        /**
         * Rename a second factor
         * @description Changes the name by which you recognise the second factor. API keys are not accepted.
         */
        patch: operations["renameFactor"];
        trace?: never;
    };
    "/v1/auth/step-up/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a step-up with a passkey
         * @description Returns a challenge that your passkeys answer. Send the answer to `stepUp`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["beginStepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that it is you
         * @description Confirms that you are still there, by your second factor or, if your account has none, by your password. For the next minutes (5 by default), this session can make sensitive changes without asking again. The next access token shows the time in `auth_time`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).
         */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your files
         * @description Returns your files, page by page. Profile images are not included. API keys need the scope `files:read`.
         */
        get: operations["listAssets"];
        put?: never;
        /**
         * Upload files
         * @description Stores all files of the request, or none of them. Send `visibility` before the files. The content of each file must be of the declared type; without a type, or with `application/octet-stream`, the content decides. A file name may be anything, but its extension must not be that of another accepted type. Metadata is removed from images, unless the server is configured otherwise: only the orientation and the colour profile stay. Anything after the end of an image is cut off. API keys need the scope `files:write`.
         */
        post: operations["uploadAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one of your files
         * @description Returns the properties of the file. If `If-None-Match` contains the ETag of the file, the response is 304 without a body. API keys need the scope `files:read`.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete one of your files
         * @description Deletes the file, also from the file store. If the file store fails, the file still disappears at once and is removed later. With `If-Match`, the request fails with 412 if the file has changed since you read it. API keys need the scope `files:delete`.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        /**
         * Update one of your files
         * @description Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 if the file has changed since you read it. API keys need the scope `files:write`.
         */
        patch: operations["updateAsset"];
        trace?: never;
    };
    "/v1/assets/{assetId}/url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a download URL
         * @description Returns a URL of the file. The URL of a private file is signed and works for five minutes. API keys need the scope `files:read`.
         */
        get: operations["getAssetUrl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/bulk-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete several of your files
         * @description Deletes each file separately and returns the outcome for each id. API keys need the scope `files:delete`.
         */
        post: operations["bulkDeleteAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your API keys
         * @description Returns your API keys without their secrets, newest first. Expired keys are included. API keys are not accepted.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Creates an API key, with which a program acts for you within the given scopes. The secret is shown this once. You are notified by e-mail. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Deletes the API key. It is refused from the next request on. API keys are not accepted.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        /**
         * Update an API key
         * @description Changes the given properties; the others stay as they are. The change takes effect with the next request of the key. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/v1/users/me/api-keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate an API key
         * @description Gives the API key a new secret, which is shown this once. The previous secret is refused at once, or works on for `overlap`, so that you can exchange it without a failed request. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted.
         */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Returns all accounts, page by page. Accounts that are being deleted are not included. Requires the permission `users:read`. API keys need the scope `users:read`.
         */
        get: operations["adminListUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an account
         * @description Returns an account with its usage. The ETag is that of the account: it does not change with its sessions or files. If `If-None-Match` contains it, the response is 304 without a body. Requires the permission `users:read`. API keys need the scope `users:read`.
         */
        get: operations["adminGetUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Ends every session of the account and frees its e-mail address at once; its files and other data are removed soon after. The owner is notified by e-mail. This requires a step-up and, to delete an administrator, the role `admin`. The last active administrator cannot be deleted. With `If-Match`, the request fails with 412 if the account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:delete`. API keys are not accepted.
         */
        delete: operations["adminDeleteUser"];
        options?: never;
        head?: never;
        /**
         * Update an account
         * @description Changes the given properties; the others stay as they are. The change takes effect with the next request of the account, and the owner is notified by e-mail. Suspending an account requires a step-up. Changing `role` or `permissions`, or changing an administrator in any way, requires a step-up and the role `admin`. You cannot grant yourself permissions. `adminMetadata` replaces the present one, and is never shown to the owner of the account. The last active administrator cannot be suspended or lose the role. With `If-Match`, the request fails with 412 if the account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`.
         */
        patch: operations["adminUpdateUser"];
        trace?: never;
    };
    "/v1/admin/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign an account out everywhere
         * @description Ends every session of the account and every sign-in in progress. For an administrator, this requires the role `admin` and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`.
         */
        delete: operations["adminRevokeSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an account's second factors
         * @description Removes every second factor of an account whose owner has lost them, and ends every session. The owner then signs in with the password and a code by e-mail, and is notified. Make sure first that it is the owner who asks. This requires a step-up and, for an administrator, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys are not accepted.
         */
        delete: operations["adminResetFactors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invitations
         * @description Returns the invitations, newest first, with the state of their e-mails. They are kept for 30 days after their expiry. Requires the permission `users:read`. API keys need the scope `users:read`.
         */
        get: operations["adminListInvitations"];
        put?: never;
        /**
         * Invite somebody
         * @description Mails a code to the address, with which its owner creates an account. An invitation with the role `admin` or with permissions requires a step-up and the role `admin`. It stays valid only while you could still send it: if you are suspended, deleted or lose these rights before, its code is refused. Invitations work whether or not registration is open, and for addresses of every domain. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`.
         */
        post: operations["adminCreateInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invitations/{invitationId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend an invitation
         * @description Mails a new code, which replaces the previous one and lives as long as that of a new invitation. An expired invitation is pending again. You answer for the invitation from then on, so this requires what creating it requires. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`.
         */
        post: operations["adminResendInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invitations/{invitationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw an invitation
         * @description Stops the code at once. The invitation stays in the list as `withdrawn`. Requires the permission `users:write`. API keys need the scope `users:write`.
         */
        delete: operations["adminDeleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all files
         * @description Returns the files of all accounts, or of one account, page by page. Profile images are not included. Requires the permission `assets:read`. API keys need the scope `assets:read`.
         */
        get: operations["adminListAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/assets/{assetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get any file
         * @description Returns the properties of a file of any account. If `If-None-Match` contains the ETag of the file, the response is 304 without a body. Requires the permission `assets:read`. API keys need the scope `assets:read`.
         */
        get: operations["adminGetAsset"];
        put?: never;
        post?: never;
        /**
         * Delete any file
         * @description Deletes a file of any account, also from the file store. If the file store fails, the file still disappears at once and is removed later. With `If-Match`, the request fails with 412 if the file has changed since you read it. Requires the permission `assets:delete`. API keys need the scope `assets:delete`.
         */
        delete: operations["adminDeleteAsset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/assets/bulk-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete several files, or all files of an account
         * @description With `ids`, deletes each file separately and returns the outcome for each id. With `ownerId`, deletes all files of the account in the background; this requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `assets:delete`. API keys need the scope `assets:delete`.
         */
        post: operations["adminBulkDeleteAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description Returns what happened to accounts, sessions, permissions and files, newest first. Requires the permission `audit:read`. API keys need the scope `audit:read`.
         */
        get: operations["adminListAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export audit events
         * @description Returns all audit events, oldest first, as newline-delimited JSON (https://github.com/ndjson/ndjson-spec), while they are read: a connection that breaks off means that the export is incomplete. It ends with the events of the time of your request, at the latest. An event can be stored some seconds after its time, up to a minute if a server was interrupted. For regular exports, let each one begin some minutes before the end of the one before, and drop the events whose `id` you have already. The export is itself an audit event. Requires the permission `audit:read`. API keys need the scope `audit:read`.
         */
        get: operations["adminExportAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List outgoing e-mails
         * @description Returns the e-mails that the server has queued or sent, newest first, without their contents and recipients. Requires the permission `mails:read`. API keys need the scope `mails:read`.
         */
        get: operations["adminListMails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/mails/{mailId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend an e-mail
         * @description Sends a failed or waiting e-mail now. An e-mail that was sent or has expired is not found, because its content has been erased. Requires the permission `mails:write`. API keys need the scope `mails:write`.
         */
        post: operations["adminResendMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get statistics
         * @description Returns totals, counted anew for each request. Requires the permission `users:read`. API keys need the scope `users:read`.
         */
        get: operations["adminGetStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Returns the API keys of all accounts without their secrets, newest first. Expired keys are included. Requires the permission `keys:read`. API keys need the scope `keys:read`.
         */
        get: operations["adminListApiKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key of an account
         * @description Deletes the API key. It is refused from the next request on. For a key of an administrator, this requires the role `admin` and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys need the scope `keys:write`.
         */
        delete: operations["adminDeleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List service accounts
         * @description Returns all service accounts, newest first. Those that are being deleted are not included. Requires the permission `keys:read`. API keys need the scope `keys:read`.
         */
        get: operations["adminListServiceAccounts"];
        put?: never;
        /**
         * Create a service account
         * @description Creates an account for a program. It belongs to nobody, so that it stays when people leave. Requires a step-up and, to grant permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted.
         */
        post: operations["adminCreateServiceAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/service-accounts/{accountId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a service account
         * @description Returns a service account. Requires the permission `keys:read`. API keys need the scope `keys:read`.
         */
        get: operations["adminGetServiceAccount"];
        put?: never;
        post?: never;
        /**
         * Delete a service account
         * @description Stops its API keys at once; its files and keys are removed soon after. Requires a step-up and, if the account has permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted.
         */
        delete: operations["adminDeleteServiceAccount"];
        options?: never;
        head?: never;
        /**
         * Update a service account
         * @description Changes the given properties; the others stay as they are. The change takes effect with the next request of its API keys. Requires a step-up and, if the account has or gets permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted.
         */
        patch: operations["adminUpdateServiceAccount"];
        trace?: never;
    };
    "/v1/admin/service-accounts/{accountId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an API key of a service account
         * @description Creates an API key, with which a program acts for the service account within the given scopes. The secret is shown this once. Requires a step-up and, if the account has permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted.
         */
        post: operations["adminCreateServiceAccountKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Returns all webhooks without their secrets, newest first. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`.
         */
        get: operations["adminListWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Creates an enabled webhook. It is sent the events that happen from then on, signed with the secret in the response, which is shown this once. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `webhooks:write`. API keys are not accepted.
         */
        post: operations["adminCreateWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook
         * @description Returns a webhook without its secret. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`.
         */
        get: operations["adminGetWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Deletes the webhook and its deliveries. What waits is never sent. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`.
         */
        delete: operations["adminDeleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Update a webhook
         * @description Changes the given properties; the others stay as they are. What waits for a disabled webhook is delivered once it is enabled again; what happens while it is disabled is never sent. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`.
         */
        patch: operations["adminUpdateWebhook"];
        trace?: never;
    };
    "/v1/admin/webhooks/{webhookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook
         * @description Gives the webhook a new secret, which is shown this once. For 24 hours every request is signed with the previous secret too, so that the endpoint can exchange it without a refused request. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `webhooks:write`. API keys are not accepted.
         */
        post: operations["adminRotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhookId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a webhook
         * @description Sends the event `webhook.test` to this webhook, whatever types it is subscribed to. `adminListDeliveries` shows what becomes of it. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`.
         */
        post: operations["adminTestWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Returns the deliveries to a webhook of the last 30 days, newest first. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`.
         */
        get: operations["adminListDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repeat a delivery
         * @description Sends an event again now, with the same `webhook-id`, whether it was delivered, failed or waits. One that is being sent at this moment is not sent twice. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`.
         */
        post: operations["adminRedeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check liveness
         * @description Responds as long as the process is running. Does not check any other service.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check readiness
         * @description Fails only if the database does not respond or lacks a required index, or if the server is stopping. Mail and the file store are only reported, as of their last use, because most of the API works without them. Redis is only reported too: without it every server refuses requests alike (503).
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public keys of access tokens
         * @description Returns the keys that other services need to verify access tokens. If the server signs access tokens with a shared secret, there are no public keys, and the response is 404.
         */
        get: operations["getJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "user.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * user.created
         * @description An account was created: its registration was completed, its invitation was accepted, or the command line imported it.
         */
        post: operations["onUserCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * user.updated
         * @description An account was changed: its name, language, metadata, profile image, e-mail address, role or permissions.
         */
        post: operations["onUserUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * user.deleted
         * @description An account was deleted, with its sessions, its API keys and its files.
         */
        post: operations["onUserDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.suspended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * user.suspended
         * @description An administrator suspended an account, which ended all its sessions.
         */
        post: operations["onUserSuspended"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.reactivated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * user.reactivated
         * @description An administrator lifted the suspension of an account.
         */
        post: operations["onUserReactivated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "session.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * session.created
         * @description A sign-in was completed: a session started.
         */
        post: operations["onSessionCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "session.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * session.ended
         * @description One or all sessions of an account were ended: by a sign-out, a change of the password or of the second factors, an administrator, or the theft of a token. A session that expires, or that a newer one displaces, ends without this event.
         */
        post: operations["onSessionEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "asset.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * asset.created
         * @description A file was uploaded.
         */
        post: operations["onAssetCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "asset.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * asset.updated
         * @description The name, the tags, the description or the metadata of a file were changed.
         */
        post: operations["onAssetUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "asset.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * asset.deleted
         * @description A file was deleted by its owner or an administrator. Files that go with their account are not announced.
         */
        post: operations["onAssetDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.test
         * @description An administrator tested the webhook.
         */
        post: operations["onWebhookTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description A pending operation that you complete with the code from the e-mail. */
        Challenge: {
            /**
             * @description Identifies the challenge. Send it back together with the code.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * Format: date-time
             * @description When the code expires. The challenge itself lives longer, so that you can request a new code.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description The earliest time at which you can request a new code.
             */
            resendAvailableAt: string;
        };
        /** @description A sign-in that you complete by one of the methods. */
        LoginChallenge: {
            /**
             * @description Identifies the challenge. Send it back together with the code.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * Format: date-time
             * @description When the code expires. The challenge itself lives longer, so that you can request a new code.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description The earliest time at which you can request a new code.
             */
            resendAvailableAt: string;
            /**
             * @description The methods that complete the sign-in. Without a second factor, that is `mail`: the code is on its way. With one, no code is mailed.
             * @example [
             *       "mail"
             *     ]
             */
            methods: ('mail' | 'totp' | 'passkey' | 'backup-code' | (string & {}))[];
            passkeyOptions?: components["schemas"]["PasskeyRequestOptions"];
        };
        /** @description The account that was created. */
        Registered: {
            user: components["schemas"]["User"];
        };
        /** @description Permission to set a new password, once. */
        ResetToken: {
            /**
             * @description Send it with the new password. It works once.
             * @example uJ8mVw2Rk5T1yQx7Lz3BfA
             */
            resetToken: string;
            /**
             * Format: date-time
             * @description When the token expires.
             */
            expiresAt: string;
        };
        /** @description A device that is signed in. */
        Session: {
            /**
             * @description The id of the session.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * Format: date-time
             * @description When the device signed in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the tokens were last refreshed.
             */
            lastUsedAt: string;
            /**
             * Format: date-time
             * @description When the session ends unless the tokens are refreshed before then.
             */
            expiresAt: string;
            /**
             * @description The `User-Agent` of the sign-in or the last refresh.
             * @example Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0
             */
            userAgent: string;
            /**
             * @description The IP address of the sign-in or the last refresh.
             * @example 203.0.113.7
             */
            ip: string;
            /**
             * @description How you authenticated in this session, as in the access token (RFC 8176): `mfa` with a second factor.
             * @example [
             *       "pwd",
             *       "otp",
             *       "mfa"
             *     ]
             */
            amr: ('pwd' | 'otp' | 'hwk' | 'swk' | 'user' | 'mfa' | (string & {}))[];
            /** @description `true` for the session that made this request. */
            current: boolean;
        };
        /** @description The tokens of a session and their lifetimes. */
        Tokens: {
            /**
             * @description A JWT. Send it as `Authorization: Bearer …`.
             * @example eyJhbGciOiJIUzI1NiJ9.e30.…
             */
            accessToken: string;
            /**
             * @description The authentication scheme of the access token.
             * @enum {string}
             */
            tokenType: "Bearer";
            /**
             * Format: int32
             * @description The lifetime of the access token in seconds.
             * @example 900
             */
            expiresIn: number;
            /**
             * @description The refresh token, if the session was started with delivery `body`. Otherwise it is only in the httpOnly cookie `__Host-refresh`.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
            /**
             * @description Present only if `delivery` was `body`; otherwise it is in the httpOnly cookie `__Host-device`. Keep it after you sign out, and send it when you sign in again.
             * @example dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U
             */
            deviceToken?: string;
            /**
             * Format: date-time
             * @description When the refresh token expires: at the idle or the absolute expiry of the session, whichever comes first.
             */
            refreshTokenExpiresAt: string;
            user: components["schemas"]["User"];
        };
        /** @description A device that signs in by the password alone. */
        TrustedDevice: {
            /**
             * @description The id of the trusted device. `revokeSession` accepts it.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * Format: date-time
             * @description When the device was trusted.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the trust ends.
             */
            expiresAt: string;
            /**
             * @description The `User-Agent` of the sign-in that trusted it.
             * @example Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0
             */
            userAgent: string;
            /**
             * @description The IP address of that sign-in.
             * @example 203.0.113.7
             */
            ip: string;
        };
        /** @description An account. */
        User: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The e-mail address, trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description The name, in Unicode NFC.
             * @example Ada Lovelace
             */
            name: string;
            /** @description `admin` has every permission; `user` has only those in `permissions`. */
            role: 'user' | 'admin' | (string & {});
            /** @description Permissions granted individually, in addition to those of the role. */
            permissions: ('users:read' | 'users:write' | 'users:delete' | 'assets:read' | 'assets:delete' | 'audit:read' | 'mails:read' | 'mails:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | (string & {}))[];
            /** @description A `suspended` account cannot sign in. */
            status: 'active' | 'suspended' | (string & {});
            /**
             * @description The URL of the profile image; null if there is none.
             * @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp
             */
            avatarUrl: string | null;
            /** @description The language in which mail is written. */
            locale: 'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | (string & {});
            metadata: components["schemas"]["UserMetadata"];
            /**
             * Format: date-time
             * @description When the account was created.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When any of these properties last changed.
             */
            updatedAt: string;
        };
        /** @description An account as administrators see it. */
        AdminUser: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The e-mail address, trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description The name, in Unicode NFC.
             * @example Ada Lovelace
             */
            name: string;
            /** @description `admin` has every permission; `user` has only those in `permissions`. */
            role: 'user' | 'admin' | (string & {});
            /** @description Permissions granted individually, in addition to those of the role. */
            permissions: ('users:read' | 'users:write' | 'users:delete' | 'assets:read' | 'assets:delete' | 'audit:read' | 'mails:read' | 'mails:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | (string & {}))[];
            /** @description A `suspended` account cannot sign in. */
            status: 'active' | 'suspended' | (string & {});
            /**
             * @description The URL of the profile image; null if there is none.
             * @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp
             */
            avatarUrl: string | null;
            /** @description The language in which mail is written. */
            locale: 'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | (string & {});
            metadata: components["schemas"]["UserMetadata"];
            /**
             * Format: date-time
             * @description When the account was created.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When any of these properties last changed.
             */
            updatedAt: string;
            adminMetadata: components["schemas"]["AdminMetadata"];
        };
        /** @description A page of a list. */
        MailPage: {
            /** @description The items of this page. */
            items: components["schemas"]["Mail"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description An outgoing e-mail, without its content and its recipient. */
        Mail: {
            /**
             * @description The id of the e-mail.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The template that it was written from.
             * @example login-code
             */
            template: string;
            /** @description The state of the e-mail: `waiting` for its next attempt, `sent`, `failed` in its last attempt, or `expired` before it could be sent. */
            state: 'waiting' | 'sent' | 'failed' | 'expired' | (string & {});
            /**
             * Format: int64
             * @description The number of attempts to send it so far.
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When it was queued.
             */
            createdAt: string;
            /** @description When the next attempt is due; null unless the state is `waiting`. */
            nextAttemptAt: string | null;
            /**
             * @description The error of the last failed attempt; null if no attempt has failed.
             * @example ETIMEDOUT
             */
            lastError: string | null;
        };
        StatisticsUsers: {
            /**
             * Format: int64
             * @description The number of active accounts.
             */
            active: number;
            /**
             * Format: int64
             * @description The number of suspended accounts.
             */
            suspended: number;
        };
        StatisticsAssets: {
            /**
             * Format: int64
             * @description The number of files, without profile images.
             */
            count: number;
            /**
             * Format: int64
             * @description The size of these files in bytes.
             */
            bytes: number;
        };
        StatisticsMails: {
            /**
             * Format: int64
             * @description The number of e-mails that wait to be sent.
             */
            waiting: number;
            /**
             * Format: int64
             * @description The number of e-mails that could not be sent.
             */
            failed: number;
        };
        /** @description Totals. */
        Statistics: {
            users: components["schemas"]["StatisticsUsers"];
            assets: components["schemas"]["StatisticsAssets"];
            mails: components["schemas"]["StatisticsMails"];
            /**
             * Format: int64
             * @description The number of sessions that have not expired.
             */
            sessions: number;
        };
        /** @description An account with its usage. */
        UserDetails: {
            user: components["schemas"]["AdminUser"];
            /**
             * Format: int64
             * @description The number of sessions that have not expired.
             */
            sessionCount: number;
            /**
             * Format: int64
             * @description The number of files, without the profile image.
             */
            assetCount: number;
            /**
             * Format: int64
             * @description The size of these files in bytes.
             */
            assetBytes: number;
            /** @description When the owner last signed in; null if never. */
            lastLoginAt: string | null;
            /** @description The account in the system that it was imported from, as `SYSTEM:ID`; null if it was not. */
            externalId: string | null;
        };
        /** @description A page of a list. */
        UserPage: {
            /** @description The items of this page. */
            items: components["schemas"]["AdminUser"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description The number of all items; present with `total=true` only.
             * @example 42
             */
            total?: number;
        };
        /** @description All API keys of an account. */
        ApiKeyList: {
            /** @description The API keys, newest first. */
            items: components["schemas"]["ApiKey"][];
        };
        /** @description A page of a list. */
        ApiKeyPage: {
            /** @description The items of this page. */
            items: components["schemas"]["ApiKey"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description An API key, without its secret. */
        ApiKey: {
            /**
             * @description The id of the key.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The id of the account that the key acts for.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId: string;
            /**
             * @description The name of the key.
             * @example Nightly backup
             */
            name: string;
            /**
             * @description The first 12 characters of the secret.
             * @example cof_7Fq2mXw9
             */
            prefix: string;
            /** @description What the key may be used for. */
            scopes: ('me:read' | 'files:read' | 'files:write' | 'files:delete' | 'users:read' | 'users:write' | 'users:delete' | 'assets:read' | 'assets:delete' | 'audit:read' | 'mails:read' | 'mails:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | (string & {}))[];
            /**
             * @description The networks that the key may be used from; empty for all.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            allowedNetworks: string[];
            /**
             * Format: date-time
             * @description When the key was created.
             */
            createdAt: string;
            /** @description When the key expires; null if it does not. */
            expiresAt: string | null;
            /** @description When the key was last used, exact to a minute; null if it never was. */
            lastUsedAt: string | null;
        };
        /** @description An API key with its new secret. */
        IssuedApiKey: {
            apiKey: components["schemas"]["ApiKey"];
            /**
             * @description The secret, which is shown this once. Send it as `Authorization: Bearer …`. It is `cof_`, 34 random base62 digits, and six base62 digits of their CRC-32.
             * @example cof_7Fq2mXw9LkT4vBz8RnYc5HdJ1sGa6PeUo33A1L16
             */
            secret: string;
        };
        /** @description A page of a list. */
        AssetPage: {
            /** @description The items of this page. */
            items: components["schemas"]["Asset"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description The number of all items; present with `total=true` only.
             * @example 42
             */
            total?: number;
        };
        /** @description The properties of a file. */
        Asset: {
            /**
             * @description The id of the file.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The id of the account that owns the file.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId: string;
            /**
             * @description The name given at upload, without characters that are unsafe to display.
             * @example lake.jpg
             */
            filename: string;
            /**
             * @description The MIME type.
             * @example image/jpeg
             */
            contentType: string;
            /** @description The kind of file, as the file store classifies it. */
            resourceType: 'image' | 'video' | 'raw' | (string & {});
            /**
             * Format: int64
             * @description The size of the stored file in bytes.
             * @example 482133
             */
            bytes: number;
            /**
             * Format: int32
             * @description The width in pixels, before the orientation is applied.
             * @example 1600
             */
            width?: number;
            /**
             * Format: int32
             * @description The height in pixels, before the orientation is applied.
             * @example 1200
             */
            height?: number;
            /**
             * @description The SHA-256 hash of the stored file, in hex.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            checksum: string;
            /**
             * @description The name of the file in the file store.
             * @example coffer-1f2e3d4c/9a8b7c
             */
            publicId: string;
            /**
             * @description The URL of the stored file; null if the file is private.
             * @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg
             */
            secureUrl: string | null;
            /**
             * Format: uri
             * @description The URL of a thumbnail of at most 320 × 320 pixels; present for public images only.
             * @example https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg
             */
            thumbnailUrl?: string;
            /** @description Anyone who has the URL of a `public` file can open it. A `private` file needs a signed URL, which expires. */
            visibility: 'public' | 'private' | (string & {});
            /** @description The tags of the file. */
            tags: string[];
            /**
             * @description What the file shows or is for; may be empty.
             * @example The lake at noon
             */
            description: string;
            metadata: components["schemas"]["AssetMetadata"];
            /**
             * Format: date-time
             * @description When the file was uploaded.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When any of these properties last changed.
             */
            updatedAt: string;
        };
        /** @description The download URL of a file. */
        AssetUrl: {
            /**
             * Format: uri
             * @description The URL of the file.
             * @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg
             */
            url: string;
            /**
             * Format: date-time
             * @description When the URL stops working; absent if it does not expire.
             */
            expiresAt?: string;
        };
        /** @description The outcome for each id. */
        BulkDeleted: {
            /** @description The ids of the files that were deleted. */
            deleted: string[];
            /**
             * @description The ids for which no file was found.
             * @example []
             */
            notFound: string[];
            /**
             * @description The ids of the files that the file store could not remove yet. They have disappeared and are removed later.
             * @example []
             */
            failed: string[];
        };
        /** @description The files of one upload. */
        Uploaded: {
            /** @description The files in the order of the upload. */
            items: components["schemas"]["Asset"][];
        };
        /** @description A page of a list. */
        AuditEventPage: {
            /** @description The items of this page. */
            items: components["schemas"]["AuditEvent"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description Further facts, depending on the action. */
        AuditEventDetails: {
            [key: string]: unknown;
        };
        /** @description A recorded event that concerns an account, a session, a permission or a file. */
        AuditEvent: {
            /**
             * @description The id of the event.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /**
             * @description What happened, such as `login.succeeded`. New actions may be added.
             * @example login.succeeded
             */
            action: 'account.registered' | 'account.joined' | 'account.registration-requested' | 'account.imported' | 'account.updated' | 'account.email-change-requested' | 'account.email-changed' | 'account.exported' | 'account.deleted' | 'password.changed' | 'password.reset-requested' | 'password.reset' | 'password.refused' | 'login.succeeded' | 'login.failed' | 'code.refused' | 'session.stepped-up' | 'factor.added' | 'factor.renamed' | 'factor.removed' | 'factor.backup-codes-created' | 'factor.backup-code-used' | 'factor.passkey-refused' | 'session.ended' | 'sessions.ended' | 'device.distrusted' | 'session.refresh-repeated' | 'session.token-reused' | 'access.denied' | 'key.created' | 'key.updated' | 'key.rotated' | 'key.revoked' | 'key.refused' | 'throttle.reached' | 'asset.uploaded' | 'asset.updated' | 'asset.deleted' | 'asset.file-missing' | 'admin.user-updated' | 'admin.user-unlocked' | 'admin.sessions-revoked' | 'admin.factors-reset' | 'admin.user-deleted' | 'admin.asset-deleted' | 'admin.assets-deleted' | 'admin.audit-exported' | 'admin.invitation-created' | 'admin.invitation-resent' | 'admin.invitation-withdrawn' | 'admin.mail-resent' | 'admin.service-account-created' | 'admin.service-account-updated' | 'admin.service-account-deleted' | 'admin.appointed' | 'admin.webhook-created' | 'admin.webhook-updated' | 'admin.webhook-secret-rotated' | 'admin.webhook-deleted' | 'admin.webhook-tested' | 'admin.webhook-redelivered' | 'admin.webhook-disabled' | (string & {});
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /**
             * @description The account or object that the event concerns; null if there is none.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            targetId: string | null;
            /** @description Whether the action succeeded. */
            outcome: 'success' | 'failure' | (string & {});
            /**
             * @description The IP address of the request.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description The `User-Agent` of the request.
             * @example Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0
             */
            userAgent: string | null;
            /**
             * @description The `X-Request-Id` of the request.
             * @example 0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55
             */
            requestId: string | null;
            details: components["schemas"]["AuditEventDetails"];
        };
        /** @description The second factor that was added. */
        AddedFactor: {
            factor: components["schemas"]["Factor"];
            /** @description Ten codes, each of which works once in place of a second factor. They are shown this once. Present with your first authenticator app or passkey only. */
            backupCodes?: string[];
        };
        /** @description New backup codes. The previous ones no longer work. */
        BackupCodes: {
            /** @description Ten codes, each of which works once in place of a second factor. They are shown this once. */
            backupCodes: string[];
        };
        /** @description All second factors of an account. */
        FactorList: {
            /** @description The second factors, oldest first. */
            items: components["schemas"]["Factor"][];
        };
        /** @description A second factor, without its secret. */
        Factor: {
            /**
             * @description The id of the second factor.
             * @example kq3Yl0v9Qm5b2XW8
             */
            id: string;
            /** @description The type: `totp` is an authenticator app. `backup-codes` stand in for the others. */
            type: 'totp' | 'passkey' | 'backup-codes' | (string & {});
            /**
             * @description The name, in Unicode NFC.
             * @example Phone
             */
            name: string;
            /**
             * Format: date-time
             * @description When the factor was added.
             */
            createdAt: string;
            /** @description When the factor was last used; null if never. */
            lastUsedAt: string | null;
            /**
             * Format: int32
             * @description The number of backup codes that are left; present for `backup-codes` only.
             * @example 10
             */
            remaining?: number;
        };
        /** @description An authenticator app that becomes a second factor with its first code. */
        PendingTotp: {
            /**
             * @description Identifies the authenticator app. Send it with its first code.
             * @example kq3Yl0v9Qm5b2XW8
             */
            factorId: string;
            /**
             * @description The secret in base32, for people who type it instead of scanning a QR code. It is shown this once.
             * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            secret: string;
            /**
             * @description The key URI (`otpauth://`) with the secret. Show it as a QR code.
             * @example otpauth://totp/Coffer:ada%40example.com?issuer=Coffer&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            uri: string;
        };
        /** @description A page of a list. */
        InvitationPage: {
            /** @description The items of this page. */
            items: components["schemas"]["Invitation"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description An account that is offered to an e-mail address. */
        Invitation: {
            /**
             * @description The id of the invitation. With the code, it accepts the invitation.
             * @example qwkzjtmnbvrxplsdfghycaeu
             */
            id: string;
            /**
             * @description The invited address, trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description The name that the mail greets; null if none was given.
             * @example Ada Lovelace
             */
            name: string | null;
            /** @description The language of the mail and of the account. If it is null, the mail has that of the account that sends it, and the account that of the browser that accepts. */
            locale: ('en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | (string & {})) | null;
            /** @description The role of the account. */
            role: 'user' | 'admin' | (string & {});
            /** @description The permissions of the account, in addition to those of the role. */
            permissions: ('users:read' | 'users:write' | 'users:delete' | 'assets:read' | 'assets:delete' | 'audit:read' | 'mails:read' | 'mails:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | (string & {}))[];
            /** @description The state: `pending`, `accepted`, `expired` or `withdrawn`. An expired invitation can be sent again. */
            state: 'pending' | 'accepted' | 'expired' | 'withdrawn' | (string & {});
            /** @description The state of the e-mail with the current code: `waiting` for its next attempt, `sent`, `failed` in its last attempt, or `expired` before it could be sent. Null once its record was removed. */
            mailState: ('waiting' | 'sent' | 'failed' | 'expired' | (string & {})) | null;
            /**
             * @description The error of the last failed attempt to send it; null if no attempt has failed.
             * @example ETIMEDOUT
             */
            mailError: string | null;
            /**
             * @description The id of the account that sent it last, and answers for it; null for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            invitedBy: string | null;
            /**
             * @description The id of the account that accepted it; null before.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string | null;
            /**
             * Format: date-time
             * @description When the invitation was created.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the code expires.
             */
            expiresAt: string;
        };
        /** @description All data stored about an account, without its secrets. */
        AccountExport: {
            user: components["schemas"]["User"];
            /** @description The account in the system that it was imported from, as `SYSTEM:ID`; null if it was not. */
            externalId: string | null;
            /** @description The sessions, newest first. */
            sessions: components["schemas"]["Session"][];
            /** @description The properties of all files, profile image included, newest first. */
            assets: components["schemas"]["Asset"][];
            /** @description The trusted devices, newest first. */
            trustedDevices: components["schemas"]["TrustedDevice"][];
            /** @description The second factors, oldest first. */
            factors: components["schemas"]["Factor"][];
            /** @description The invitation that created the account, and those that the account sent, newest first. */
            invitations: components["schemas"]["Invitation"][];
            /** @description The API keys, newest first. */
            apiKeys: components["schemas"]["ApiKey"][];
            /** @description The audit events, newest first. */
            activity: components["schemas"]["AuditEvent"][];
        };
        /** @description All sessions and trusted devices of an account. */
        SessionList: {
            /** @description The sessions, newest first. */
            items: components["schemas"]["Session"][];
            /** @description The trusted devices, newest first. */
            trustedDevices: components["schemas"]["TrustedDevice"][];
        };
        /**
         * @description What administrators keep with an account. At most 4 KiB as JSON, nested at most 5 levels; keys of at most 64 letters, digits, `_` and `-`, a letter first. The server may check it by a schema of its own, which then stands here.
         * @example {
         *       "note": "key account"
         *     }
         */
        AdminMetadata: {
            [key: string]: unknown;
        };
        /**
         * @description What your product keeps with a file. At most 4 KiB as JSON, nested at most 5 levels; keys of at most 64 letters, digits, `_` and `-`, a letter first. The server may check it by a schema of its own, which then stands here.
         * @example {
         *       "album": "summer"
         *     }
         */
        AssetMetadata: {
            [key: string]: unknown;
        };
        /**
         * @description What your product keeps with an account. At most 4 KiB as JSON, nested at most 5 levels; keys of at most 64 letters, digits, `_` and `-`, a letter first. The server may check it by a schema of its own, which then stands here.
         * @example {
         *       "plan": "pro"
         *     }
         */
        UserMetadata: {
            [key: string]: unknown;
        };
        /** @description A JSON Web Key Set (RFC 7517, section 5). */
        KeySet: {
            /** @description Every key that access tokens are accepted with. */
            keys: components["schemas"]["PublicKey"][];
        };
        /** @description The process is running. */
        Liveness: {
            /**
             * @description Always `ok`.
             * @enum {string}
             */
            status: "ok";
        };
        /** @description A public key as a JSON Web Key (RFC 7517). */
        PublicKey: {
            /**
             * @description The key type.
             * @example OKP
             */
            kty: string;
            /**
             * @description The curve.
             * @example Ed25519
             */
            crv: string;
            /**
             * @description The x coordinate, base64url.
             * @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
             */
            x: string;
            /**
             * @description The y coordinate, base64url; present for keys on P-256 only.
             * @example x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0
             */
            y?: string;
            /**
             * @description The id of the key. The header of an access token names the key that signed it.
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /**
             * @description The signature algorithm.
             * @example EdDSA
             */
            alg: string;
            /**
             * @description The use of the key: signatures.
             * @example sig
             */
            use: string;
        };
        ReadinessChecks: {
            /** @description Whether the database responds and has its indexes. */
            database: 'ok' | 'unavailable' | (string & {});
            /** @description Whether the mail server was reachable when it was last used. */
            mail: 'ok' | 'unavailable' | (string & {});
            /** @description Whether the file store was reachable when it was last used. */
            storage: 'ok' | 'unavailable' | (string & {});
            /** @description Whether Redis responds; present if `REDIS_URL` is set. */
            redis?: 'ok' | 'unavailable' | (string & {});
        };
        /** @description The codes of the errors of checks that failed, if they are known. */
        ReadinessReasons: {
            /**
             * @description Why mail is unavailable.
             * @example EAUTH invalid_grant
             */
            mail?: string;
            /**
             * @description Why Redis is unavailable.
             * @example ECONNREFUSED
             */
            redis?: string;
        };
        /**
         * @description Whether the server can handle requests, and which of its services respond.
         * @example {
         *       "status": "ok",
         *       "checks": {
         *         "database": "ok",
         *         "mail": "ok",
         *         "storage": "ok"
         *       }
         *     }
         */
        Readiness: {
            /** @description Whether the server can handle requests. */
            status: 'ok' | 'unavailable' | (string & {});
            /** @description Why the server is not ready. `npm run migrate` creates missing indexes. */
            reason?: 'database-unreachable' | 'indexes-missing' | 'stopping' | (string & {});
            checks: components["schemas"]["ReadinessChecks"];
            reasons?: components["schemas"]["ReadinessReasons"];
        };
        /** @enum {string} */
        CredentialType: "public-key";
        PasskeyAssertionResponse: {
            /**
             * @description What the browser says of the request: challenge, origin and type. In base64url.
             * @example eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiMnFaNHYxZkp4MG04VDN5UXdLN25CNWNSaEw5c1VlQWk2ZEdwWG9ZdFZqTSIsIm9yaWdpbiI6Imh0dHBzOi8vYXBwLmV4YW1wbGUuY29tIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ
             */
            clientDataJSON: string;
            /**
             * @description What the authenticator says of the use. In base64url.
             * @example fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn4dAAAAAA
             */
            authenticatorData: string;
            /**
             * @description The signature over both. In base64url.
             * @example MEQCIFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaAiA8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PA
             */
            signature: string;
            /**
             * @description The id of the account, as the authenticator holds it. In base64url.
             * @example ZvKht8PU5fYHGCk6
             */
            userHandle?: string;
        };
        /** @description The results of extensions. They are not used. */
        PasskeyAssertionClientExtensionResults: {
            [key: string]: unknown;
        };
        /** @description The answer of the passkey: what `toJSON()` of the result of `navigator.credentials.get` returns. */
        PasskeyAssertion: {
            /**
             * @description The id of the passkey. In base64url.
             * @example pC8kq0m3Qx2Vt7Rz
             */
            id: string;
            /**
             * @description The id again. In base64url.
             * @example pC8kq0m3Qx2Vt7Rz
             */
            rawId: string;
            /** @description Always `public-key`. */
            type: components["schemas"]["CredentialType"];
            response: components["schemas"]["PasskeyAssertionResponse"];
            clientExtensionResults: components["schemas"]["PasskeyAssertionClientExtensionResults"];
        };
        PasskeyCreationOptionsRp: {
            /**
             * @description The domain of the passkeys.
             * @example example.com
             */
            id: string;
            /**
             * @description The name of the service.
             * @example Coffer
             */
            name: string;
        };
        PasskeyCreationOptionsUser: {
            /**
             * @description The id of the account, in base64url.
             * @example ZvKht8PU5fYHGCk6
             */
            id: string;
            /**
             * @description Your e-mail address, by which you choose a passkey.
             * @example ada@example.com
             */
            name: string;
            /**
             * @description Your name.
             * @example Ada Lovelace
             */
            displayName: string;
        };
        PasskeyCreationOptionsPubKeyCredParamsItem: {
            /** @description Always `public-key`. */
            type: 'public-key' | (string & {});
            /**
             * Format: int32
             * @description An algorithm, by its number in COSE.
             * @example -7
             */
            alg: number;
        };
        PasskeyCreationOptionsAuthenticatorSelection: {
            /** @description The passkey must be found without its id. */
            residentKey: 'required' | (string & {});
            /**
             * @description The same, for older browsers.
             * @example true
             */
            requireResidentKey: boolean;
            /** @description The authenticator must verify you. */
            userVerification: 'required' | (string & {});
        };
        /** @description Pass this to `PublicKeyCredential.parseCreationOptionsFromJSON`, and the result to `navigator.credentials.create` as `publicKey`. */
        PasskeyCreationOptions: {
            rp: components["schemas"]["PasskeyCreationOptionsRp"];
            user: components["schemas"]["PasskeyCreationOptionsUser"];
            /**
             * @description What the registration is bound to, in base64url.
             * @example 2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM
             */
            challenge: string;
            /** @description The algorithms that the server checks. */
            pubKeyCredParams: components["schemas"]["PasskeyCreationOptionsPubKeyCredParamsItem"][];
            /**
             * Format: int32
             * @description Milliseconds until the challenge expires.
             * @example 300000
             */
            timeout: number;
            /** @description The passkeys that you have. */
            excludeCredentials: components["schemas"]["CredentialDescriptor"][];
            authenticatorSelection: components["schemas"]["PasskeyCreationOptionsAuthenticatorSelection"];
            /** @description The model of the authenticator does not matter. */
            attestation: 'none' | (string & {});
        };
        /** @description A passkey, as WebAuthn describes it. */
        CredentialDescriptor: {
            /**
             * @description The id of the passkey, in base64url.
             * @example pC8kq0m3Qx2Vt7Rz
             */
            id: string;
            /** @description Always `public-key`. */
            type: 'public-key' | (string & {});
            /**
             * @description How the passkey can be reached.
             * @example [
             *       "internal"
             *     ]
             */
            transports: string[];
        };
        /** @description A challenge that a passkey answers. It lives five minutes and works once. */
        PasskeyChallenge: {
            /**
             * @description Identifies the challenge. Send it back together with the answer of the passkey.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            options: components["schemas"]["PasskeyRequestOptions"];
        };
        PasskeyRegistrationResponse: {
            /**
             * @description What the browser says of the request: challenge, origin and type. In base64url.
             * @example eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiMnFaNHYxZkp4MG04VDN5UXdLN25CNWNSaEw5c1VlQWk2ZEdwWG9ZdFZqTSIsIm9yaWdpbiI6Imh0dHBzOi8vYXBwLmV4YW1wbGUuY29tIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ
             */
            clientDataJSON: string;
            /**
             * @description The passkey with its public key, in CBOR. In base64url.
             * @example o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVglfn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fg
             */
            attestationObject: string;
            /**
             * @description How the passkey can be reached.
             * @example [
             *       "internal"
             *     ]
             */
            transports?: string[];
        };
        /** @description The results of extensions. They are not used. */
        PasskeyRegistrationClientExtensionResults: {
            [key: string]: unknown;
        };
        /** @description The new passkey: what `toJSON()` of the result of `navigator.credentials.create` returns. */
        PasskeyRegistration: {
            /**
             * @description The id of the passkey. In base64url.
             * @example pC8kq0m3Qx2Vt7Rz
             */
            id: string;
            /**
             * @description The id again. In base64url.
             * @example pC8kq0m3Qx2Vt7Rz
             */
            rawId: string;
            /** @description Always `public-key`. */
            type: components["schemas"]["CredentialType"];
            response: components["schemas"]["PasskeyRegistrationResponse"];
            clientExtensionResults: components["schemas"]["PasskeyRegistrationClientExtensionResults"];
        };
        /** @description A passkey that is added once it has answered. The challenge lives five minutes and works once. */
        PendingPasskey: {
            /**
             * @description Identifies the challenge. Send it back together with the answer of the passkey.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            options: components["schemas"]["PasskeyCreationOptions"];
        };
        /** @description Pass this to `PublicKeyCredential.parseRequestOptionsFromJSON`, and the result to `navigator.credentials.get` as `publicKey`. */
        PasskeyRequestOptions: {
            /**
             * @description What the authenticator signs, in base64url.
             * @example 2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM
             */
            challenge: string;
            /**
             * Format: int32
             * @description Milliseconds until the challenge expires.
             * @example 300000
             */
            timeout: number;
            /**
             * @description The domain of the passkeys.
             * @example example.com
             */
            rpId: string;
            /** @description The passkeys that answer; empty if any passkey of the domain does. */
            allowCredentials: components["schemas"]["CredentialDescriptor"][];
            /** @description If the authenticator must verify you, as by a PIN or a fingerprint. */
            userVerification: 'required' | 'preferred' | (string & {});
        };
        /** @description One invalid value of a request. */
        FieldError: {
            /**
             * @description A JSON pointer (RFC 6901) to the invalid value.
             * @example /email
             */
            pointer: string;
            /**
             * @description The rule that the value breaks.
             * @example maxLength
             */
            code: string;
            /**
             * @description What is wrong, in English.
             * @example must NOT have more than 254 characters
             */
            message: string;
        };
        /** @description An error, as RFC 9457 problem details. */
        Problem: {
            /**
             * Format: uri
             * @description A URI that identifies the type of the error.
             */
            type: string;
            /** @description A short summary of the type of the error. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status code.
             */
            status: number;
            /** @description What went wrong in this request. */
            detail: string;
            /** @description The path of the request. */
            instance: string;
            /** @description The stable code of the error. Use it to handle the error. New codes may be added. */
            code: 'MALFORMED_REQUEST' | 'VALIDATION_FAILED' | 'INVALID_CURSOR' | 'INVALID_FILTER' | 'FILE_MISSING' | 'TOKEN_INVALID' | 'API_KEY_INVALID' | 'INVALID_CREDENTIALS' | 'INVALID_CODE' | 'INVALID_REFRESH_TOKEN' | 'INVALID_RESET_TOKEN' | 'FORBIDDEN' | 'SCOPE_MISSING' | 'SESSION_REQUIRED' | 'FACTOR_REQUIRED' | 'REGISTRATION_CLOSED' | 'ORIGIN_NOT_ALLOWED' | 'STEP_UP_REQUIRED' | 'NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'REQUEST_TIMEOUT' | 'EMAIL_TAKEN' | 'INVITATION_EXISTS' | 'INVITATION_ENDED' | 'FACTOR_EXISTS' | 'LAST_FACTOR' | 'LAST_ADMINISTRATOR' | 'WEBHOOK_DISABLED' | 'REQUEST_IN_PROGRESS' | 'PRECONDITION_FAILED' | 'PAYLOAD_TOO_LARGE' | 'URI_TOO_LONG' | 'UNSUPPORTED_MEDIA_TYPE' | 'EMAIL_NOT_ALLOWED' | 'PASSWORD_TOO_WEAK' | 'IDEMPOTENCY_KEY_REUSED' | 'WEBHOOK_URL_NOT_ALLOWED' | 'TOO_MANY_PIXELS' | 'QUOTA_EXCEEDED' | 'RATE_LIMITED' | 'TOO_MANY_FAILURES' | 'TOO_MANY_CODES' | 'HEADERS_TOO_LARGE' | 'INTERNAL_ERROR' | 'STORAGE_FAILED' | 'DATABASE_UNAVAILABLE' | 'STORAGE_UNAVAILABLE' | 'OVERLOADED' | 'STORAGE_TIMEOUT' | (string & {});
            /** @description Identifies this request in the logs of the server; also in `X-Request-Id`. */
            requestId: string;
            /** @description The invalid values; present for `VALIDATION_FAILED` only. */
            errors?: components["schemas"]["FieldError"][];
            /** @description The methods of the step-up that is required; present for `STEP_UP_REQUIRED` only. */
            methods?: ('password' | 'totp' | 'passkey' | 'backup-code' | (string & {}))[];
        };
        /** @description A page of a list. */
        ServiceAccountPage: {
            /** @description The items of this page. */
            items: components["schemas"]["ServiceAccount"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description An account of a program: it has no e-mail address and no password, owns files, and acts by its API keys only. */
        ServiceAccount: {
            /**
             * @description The id of the service account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * @description The name, in Unicode NFC.
             * @example Nightly backup
             */
            name: string;
            /** @description The permissions, which bound those of its API keys. */
            permissions: ('users:read' | 'users:write' | 'users:delete' | 'assets:read' | 'assets:delete' | 'audit:read' | 'mails:read' | 'mails:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | (string & {}))[];
            /** @description The API keys of a `suspended` service account are refused. */
            status: 'active' | 'suspended' | (string & {});
            /**
             * Format: int64
             * @description The number of its API keys.
             */
            keyCount: number;
            /**
             * Format: date-time
             * @description When the service account was created.
             */
            createdAt: string;
        };
        /** @description Ids and facts, never a secret or an address. */
        AssetCreatedEventData: {
            /**
             * @description The id of the file.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            assetId: string;
            /**
             * @description The id of the account that the file belongs to.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /**
             * Format: int64
             * @description The size of the file in bytes.
             * @example 482113
             */
            bytes: number;
            /**
             * @description The MIME type of the file.
             * @example image/jpeg
             */
            contentType: string;
        };
        /** @description A file was uploaded. */
        AssetCreatedEvent: {
            /**
             * @description The type of the event.
             * @example asset.created
             * @enum {string}
             */
            type: "asset.created";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["AssetCreatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        AssetDeletedEventData: {
            /**
             * @description The id of the file.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            assetId: string;
            /**
             * @description The id of the account that the file belongs to.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
        };
        /** @description A file was deleted by its owner or an administrator. Files that go with their account are not announced. */
        AssetDeletedEvent: {
            /**
             * @description The type of the event.
             * @example asset.deleted
             * @enum {string}
             */
            type: "asset.deleted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["AssetDeletedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        AssetUpdatedEventData: {
            /**
             * @description The id of the file.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            assetId: string;
            /**
             * @description The id of the account that the file belongs to.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /**
             * @description The names of the changed properties.
             * @example [
             *       "tags"
             *     ]
             */
            changed: string[];
        };
        /** @description The name, the tags, the description or the metadata of a file were changed. */
        AssetUpdatedEvent: {
            /**
             * @description The type of the event.
             * @example asset.updated
             * @enum {string}
             */
            type: "asset.updated";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["AssetUpdatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        SessionCreatedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The id of the session.
             * @example c0zKJ8mQW2hM7sX1
             */
            sessionId: string;
        };
        /** @description A sign-in was completed: a session started. */
        SessionCreatedEvent: {
            /**
             * @description The type of the event.
             * @example session.created
             * @enum {string}
             */
            type: "session.created";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["SessionCreatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        SessionEndedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /** @description Why it ended. */
            reason: 'signed-out' | 'password-changed' | 'password-reset' | 'factors-changed' | 'token-reused' | 'ended-by-administrator' | 'account-suspended' | 'account-deleted' | (string & {});
            /** @description Whether `one` session of the account ended, `all`, or all `others` than the one that made the request. */
            scope: 'one' | 'others' | 'all' | (string & {});
            /**
             * @description The session that ended; null unless `scope` is `one`.
             * @example c0zKJ8mQW2hM7sX1
             */
            sessionId: string | null;
            /**
             * @description The session that goes on; null unless `scope` is `others`.
             * @example c0zKJ8mQW2hM7sX1
             */
            keptSessionId: string | null;
        };
        /** @description One or all sessions of an account were ended: by a sign-out, a change of the password or of the second factors, an administrator, or the theft of a token. A session that expires, or that a newer one displaces, ends without this event. */
        SessionEndedEvent: {
            /**
             * @description The type of the event.
             * @example session.ended
             * @enum {string}
             */
            type: "session.ended";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["SessionEndedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        UserCreatedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
        };
        /** @description An account was created: its registration was completed, its invitation was accepted, or the command line imported it. */
        UserCreatedEvent: {
            /**
             * @description The type of the event.
             * @example user.created
             * @enum {string}
             */
            type: "user.created";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["UserCreatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        UserDeletedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
        };
        /** @description An account was deleted, with its sessions, its API keys and its files. */
        UserDeletedEvent: {
            /**
             * @description The type of the event.
             * @example user.deleted
             * @enum {string}
             */
            type: "user.deleted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["UserDeletedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        UserReactivatedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
        };
        /** @description An administrator lifted the suspension of an account. */
        UserReactivatedEvent: {
            /**
             * @description The type of the event.
             * @example user.reactivated
             * @enum {string}
             */
            type: "user.reactivated";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["UserReactivatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        UserSuspendedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
        };
        /** @description An administrator suspended an account, which ended all its sessions. */
        UserSuspendedEvent: {
            /**
             * @description The type of the event.
             * @example user.suspended
             * @enum {string}
             */
            type: "user.suspended";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["UserSuspendedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        UserUpdatedEventData: {
            /**
             * @description The id of the account.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            userId: string;
            /**
             * @description The account that acted; null for a caller who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /**
             * @description The names of the changed properties.
             * @example [
             *       "name"
             *     ]
             */
            changed: string[];
        };
        /** @description An account was changed: its name, language, metadata, profile image, e-mail address, role or permissions. */
        UserUpdatedEvent: {
            /**
             * @description The type of the event.
             * @example user.updated
             * @enum {string}
             */
            type: "user.updated";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["UserUpdatedEventData"];
        };
        /** @description Ids and facts, never a secret or an address. */
        WebhookTestEventData: {
            /**
             * @description The id of the webhook.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            webhookId: string;
        };
        /** @description An administrator tested the webhook. */
        WebhookTestEvent: {
            /**
             * @description The type of the event.
             * @example webhook.test
             * @enum {string}
             */
            type: "webhook.test";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: components["schemas"]["WebhookTestEventData"];
        };
        /** @description A page of a list. */
        WebhookDeliveryPage: {
            /** @description The items of this page. */
            items: components["schemas"]["WebhookDelivery"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description An event on its way to a webhook. Deliveries are kept for 30 days. */
        WebhookDelivery: {
            /**
             * @description The id of the delivery, which every attempt sends as `webhook-id`.
             * @example msg_66f2a1b7c3d4e5f60718293a-0-66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /** @description The type of the event. */
            event: 'user.created' | 'user.updated' | 'user.deleted' | 'user.suspended' | 'user.reactivated' | 'session.created' | 'session.ended' | 'asset.created' | 'asset.updated' | 'asset.deleted' | 'webhook.test' | (string & {});
            /** @description The state of the delivery: `waiting` for its next attempt, `delivered`, or `failed` in its last attempt. */
            state: 'waiting' | 'delivered' | 'failed' | (string & {});
            /**
             * Format: int64
             * @description The number of attempts so far.
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When it was queued.
             */
            createdAt: string;
            /** @description When the next attempt is due, unless the webhook is disabled then; null unless the state is `waiting`. */
            nextAttemptAt: string | null;
            /**
             * @description The status that the endpoint last answered; null if it has not answered.
             * @example 503
             */
            lastStatus: number | null;
            /**
             * @description Why the last attempt failed; null if it did not.
             * @example The endpoint answered 503.
             */
            lastError: string | null;
        };
        /** @description A webhook with its new secret. */
        IssuedWebhook: {
            webhook: components["schemas"]["Webhook"];
            /**
             * @description The secret, which is shown this once: `whsec_` and 32 random bytes in base64. The endpoint verifies signatures with it.
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfzxyHTTRQ=
             */
            secret: string;
        };
        /** @description A page of a list. */
        WebhookPage: {
            /** @description The items of this page. */
            items: components["schemas"]["Webhook"][];
            /**
             * @description The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description A webhook, without its secret. */
        Webhook: {
            /**
             * @description The id of the webhook.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            id: string;
            /**
             * Format: uri
             * @description The endpoint, to which events are posted.
             * @example https://example.com/coffer
             */
            url: string;
            /** @description The types of events that the webhook is sent; `*` stands for all, those that are added later included. */
            events: ('user.created' | 'user.updated' | 'user.deleted' | 'user.suspended' | 'user.reactivated' | 'session.created' | 'session.ended' | 'asset.created' | 'asset.updated' | 'asset.deleted' | 'webhook.test' | '*' | (string & {}))[];
            /**
             * @description What the webhook is for; may be empty.
             * @example Mailing list
             */
            description: string;
            /** @description Nothing is sent to a disabled webhook. */
            enabled: boolean;
            /** @description Why the webhook is disabled: an `administrator` did it, its endpoint answered 410 (`gone`), or the last attempt at a delivery failed (`failing`). Null if it is enabled. */
            disabledReason: ('administrator' | 'gone' | 'failing' | (string & {})) | null;
            /**
             * Format: date-time
             * @description When the webhook was created.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the webhook was last changed.
             */
            updatedAt: string;
        };
        RegisterRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A password of at most 256 code points. Unicode is normalised (NFC) before passwords are compared.
             * @example a river runs through it
             */
            password: string;
            /**
             * @description The name of the account, with at least one visible character. Unicode is normalised (NFC).
             * @example Ada Lovelace
             */
            name: string;
        };
        VerifyRegistrationRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six-digit code from the e-mail. Spaces and hyphens are ignored.
             * @example 314159
             */
            code: string;
        };
        AcceptInvitationRequest: {
            /**
             * @description The id of the invitation, from the mail.
             * @example qwkzjtmnbvrxplsdfghycaeu
             */
            invitationId: string;
            /**
             * @description The six-digit code from the e-mail. Spaces and hyphens are ignored.
             * @example 314159
             */
            code: string;
            /**
             * @description A password of at most 256 code points. Unicode is normalised (NFC) before passwords are compared.
             * @example a river runs through it
             */
            password: string;
            /**
             * @description The name of the account, with at least one visible character. Unicode is normalised (NFC).
             * @example Ada Lovelace
             */
            name: string;
        };
        LoginRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A password of at most 256 code points. Unicode is normalised (NFC) before passwords are compared.
             * @example a river runs through it
             */
            password: string;
            /**
             * @description The `deviceToken` of an earlier sign-in with this address, if your client stores tokens itself. With it, failed attempts by other people do not lock this device out.
             * @example dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U
             */
            deviceToken?: string;
        };
        /** @enum {string} */
        CodeMethod: "mail" | "totp" | "backup-code";
        /** @enum {string} */
        TokenDelivery: "cookie" | "body";
        VerifyLoginRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The code of the chosen method: six digits, or a backup code. Case, spaces and hyphens are ignored.
             * @example 314159
             */
            code?: string;
            /** @description The method that the code belongs to: `mail` (the default) for the code from the e-mail, `totp` for an authenticator app, `backup-code`. */
            method?: components["schemas"]["CodeMethod"];
            response?: components["schemas"]["PasskeyAssertion"];
            /**
             * @description `true` trusts this device: for a time that the server sets (`TRUSTED_DEVICE_TTL`, by default none), it signs in by the password alone. The proof is the cookie `__Host-device` or the `deviceToken`. A change of the password or of a second factor ends the trust.
             * @default false
             */
            trustDevice?: boolean;
            /** @description How you receive the refresh token: with `cookie` only in an httpOnly cookie, with `body` in the response, for clients other than browsers. */
            delivery?: components["schemas"]["TokenDelivery"];
        };
        ResendCodeRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
        };
        BeginPasskeyLoginRequest: Record<string, never>;
        VerifyPasskeyLoginRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            response: components["schemas"]["PasskeyAssertion"];
            /** @description How you receive the refresh token: with `cookie` only in an httpOnly cookie, with `body` in the response, for clients other than browsers. */
            delivery?: components["schemas"]["TokenDelivery"];
        };
        RefreshTokenRequest: {
            /**
             * @description The refresh token, if your client stores it itself. Leave it out if you send the cookie.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
        };
        LogoutRequest: {
            /**
             * @description The refresh token, if your client stores it itself. Leave it out if you send the cookie.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
        };
        LogoutEverywhereRequest: {
            /**
             * @description `true` keeps the session that makes this request.
             * @default false
             */
            keepCurrent?: boolean;
        };
        ForgotPasswordRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description The `deviceToken` of an earlier sign-in with this address, if your client stores tokens itself. With it, failed attempts by other people do not lock this device out.
             * @example dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U
             */
            deviceToken?: string;
        };
        VerifyPasswordResetRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six-digit code from the e-mail. Spaces and hyphens are ignored.
             * @example 314159
             */
            code: string;
        };
        ResetPasswordRequest: {
            /**
             * @description The `resetToken` that the previous step returned.
             * @example uJ8mVw2Rk5T1yQx7Lz3BfA
             */
            resetToken: string;
            /**
             * @description Your new password.
             * @example a river runs through it
             */
            newPassword: string;
        };
        /** @enum {string} */
        Locale: "en" | "de" | "fr" | "es" | "pt" | "it";
        UpdateProfileRequest: {
            /**
             * @description The name of the account, with at least one visible character. Unicode is normalised (NFC).
             * @example Ada Lovelace
             */
            name?: string;
            /** @description The language in which mail is written. */
            locale?: components["schemas"]["Locale"];
            metadata?: components["schemas"]["UserMetadata"];
        };
        DeleteAccountRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        PutAvatarForm: {
            /**
             * Format: binary
             * @description The image, of at most 6291456 bytes, of one of the types image/jpeg, image/png, image/webp, image/gif.
             */
            file: Blob;
        };
        ChangePasswordRequest: {
            /**
             * @description Your current password.
             * @example a river runs through it
             */
            currentPassword: string;
            /**
             * @description Your new password.
             * @example a river runs through it
             */
            newPassword: string;
        };
        ChangeEmailRequest: {
            /**
             * @description Your new e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        VerifyEmailChangeRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six-digit code from the e-mail. Spaces and hyphens are ignored.
             * @example 314159
             */
            code: string;
        };
        BeginTotpRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        ConfirmTotpRequest: {
            /**
             * @description The id of the second factor.
             * @example kq3Yl0v9Qm5b2XW8
             */
            factorId: string;
            /**
             * @description The six digits that the app shows. Spaces and hyphens are ignored.
             * @example 314159
             */
            code: string;
            /**
             * @description A name by which you recognise the factor.
             * @example Phone
             */
            name?: string;
        };
        BeginPasskeyRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        ConfirmPasskeyRequest: {
            /**
             * @description The `challengeId` that the first step returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            response: components["schemas"]["PasskeyRegistration"];
            /**
             * @description A name by which you recognise the factor.
             * @example Phone
             */
            name?: string;
        };
        CreateBackupCodesRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        RenameFactorRequest: {
            /**
             * @description A name by which you recognise the factor.
             * @example Phone
             */
            name: string;
        };
        DeleteFactorRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        BeginStepUpRequest: Record<string, never>;
        StepUpRequest: {
            /**
             * @description Your password, if your account has no second factor.
             * @example a river runs through it
             */
            currentPassword?: string;
            /**
             * @description A code of your second factor, with its `method`.
             * @example 314159
             */
            code?: string;
            /** @description The method that the code belongs to: `totp` or `backup-code`. */
            method?: components["schemas"]["CodeMethod"];
            /**
             * @description The `challengeId` that `beginStepUp` returned.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId?: string;
            response?: components["schemas"]["PasskeyAssertion"];
        };
        UploadAssetsForm: {
            /** @description The tags of all files of the request. Duplicates are dropped. */
            tags?: string[];
            /**
             * @description The visibility of all files of the request; the server sets the default. Anyone who has the URL of a `public` file can open it. A `private` file needs a signed URL, which expires.
             * @enum {string}
             */
            visibility?: "public" | "private";
            /**
             * @description The description of all files of the request.
             * @example The lake at noon
             */
            description?: string;
            /**
             * @description The metadata of all files of the request: a JSON object, as text.
             * @example {"album":"summer"}
             */
            metadata?: string;
            /** @description 1 to 10 files of at most 10485760 bytes each, of the types image/jpeg, image/png, image/webp, image/gif, application/pdf. */
            file?: Blob[];
        };
        UpdateAssetRequest: {
            /**
             * @description The new name. Characters that are unsafe to display are removed.
             * @example lake at noon.jpg
             */
            filename?: string;
            /** @description The tags of the file. Duplicates are dropped. */
            tags?: string[];
            /**
             * @description What the file shows or is for; may be empty. Unicode is normalised (NFC).
             * @example The lake at noon
             */
            description?: string;
            metadata?: components["schemas"]["AssetMetadata"];
        };
        BulkDeleteAssetsRequest: {
            /** @description The ids of the files to delete. */
            ids: string[];
        };
        CreateApiKeyRequest: {
            /**
             * @description A name by which you recognise the key.
             * @example Nightly backup
             */
            name: string;
            /** @description What the key may be used for: `me:read`, `files:read`, `files:write`, `files:delete` for your own data and files, and the name of a permission for administration. The key never has more rights than its owner. */
            scopes: string[];
            /**
             * Format: date-time
             * @description When the key expires. By default it does not.
             */
            expiresAt?: string;
            /** @description The addresses and networks (CIDR) that the key may be used from. By default every one. */
            allowedNetworks?: string[];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        UpdateApiKeyRequest: {
            /**
             * @description A name by which you recognise the key.
             * @example Nightly backup
             */
            name?: string;
            /** @description What the key may be used for: `me:read`, `files:read`, `files:write`, `files:delete` for your own data and files, and the name of a permission for administration. The key never has more rights than its owner. */
            scopes?: string[];
            /** @description When the key expires; null if it does not. */
            expiresAt?: string | null;
            /** @description The addresses and networks (CIDR) that the key may be used from. By default every one. */
            allowedNetworks?: string[];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        RotateApiKeyRequest: {
            /**
             * @description How long the previous secret works on, such as `15m`, `24h` or `7d`: at most 7 days, by default not at all.
             * @default 0s
             * @example 24h
             */
            overlap?: string;
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        /** @enum {string} */
        Role: "user" | "admin";
        /** @enum {string} */
        Status: "active" | "suspended";
        /** @enum {string} */
        Permission: "users:read" | "users:write" | "users:delete" | "assets:read" | "assets:delete" | "audit:read" | "mails:read" | "mails:write" | "keys:read" | "keys:write" | "webhooks:read" | "webhooks:write";
        AdminUpdateUserRequest: {
            /** @description `suspended` ends every session of the account and prevents it from signing in. */
            status?: components["schemas"]["Status"];
            /** @description The new role. */
            role?: components["schemas"]["Role"];
            /** @description The permissions to grant individually. They replace the present ones. */
            permissions?: components["schemas"]["Permission"][];
            adminMetadata?: components["schemas"]["AdminMetadata"];
            /** @description `true` lifts the limits that apply after failed attempts. */
            unlock?: boolean;
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminDeleteUserRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminRevokeSessionsRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminResetFactorsRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminCreateInvitationRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /** @description The role of the account. */
            role?: components["schemas"]["Role"];
            /** @description The permissions of the account; none by default. */
            permissions?: components["schemas"]["Permission"][];
            /**
             * @description The name to greet in the mail. The account gets the name that its owner chooses.
             * @example Ada Lovelace
             */
            name?: string;
            /** @description The language in which mail is written. */
            locale?: components["schemas"]["Locale"];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminResendInvitationRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminBulkDeleteAssetsRequest: {
            /** @description The ids of the files to delete. Send either `ids` or `ownerId`. */
            ids?: string[];
            /**
             * @description The id of the account whose files to delete. Send either `ids` or `ownerId`.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            ownerId?: string;
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        /** @enum {string} */
        AuditAction: "account.registered" | "account.joined" | "account.registration-requested" | "account.imported" | "account.updated" | "account.email-change-requested" | "account.email-changed" | "account.exported" | "account.deleted" | "password.changed" | "password.reset-requested" | "password.reset" | "password.refused" | "login.succeeded" | "login.failed" | "code.refused" | "session.stepped-up" | "factor.added" | "factor.renamed" | "factor.removed" | "factor.backup-codes-created" | "factor.backup-code-used" | "factor.passkey-refused" | "session.ended" | "sessions.ended" | "device.distrusted" | "session.refresh-repeated" | "session.token-reused" | "access.denied" | "key.created" | "key.updated" | "key.rotated" | "key.revoked" | "key.refused" | "throttle.reached" | "asset.uploaded" | "asset.updated" | "asset.deleted" | "asset.file-missing" | "admin.user-updated" | "admin.user-unlocked" | "admin.sessions-revoked" | "admin.factors-reset" | "admin.user-deleted" | "admin.asset-deleted" | "admin.assets-deleted" | "admin.audit-exported" | "admin.invitation-created" | "admin.invitation-resent" | "admin.invitation-withdrawn" | "admin.mail-resent" | "admin.service-account-created" | "admin.service-account-updated" | "admin.service-account-deleted" | "admin.appointed" | "admin.webhook-created" | "admin.webhook-updated" | "admin.webhook-secret-rotated" | "admin.webhook-deleted" | "admin.webhook-tested" | "admin.webhook-redelivered" | "admin.webhook-disabled";
        /** @enum {string} */
        MailState: "waiting" | "sent" | "failed" | "expired";
        AdminDeleteApiKeyRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminCreateServiceAccountRequest: {
            /**
             * @description The name of the service account.
             * @example Nightly backup
             */
            name: string;
            /** @description The permissions of the service account; none by default. */
            permissions?: components["schemas"]["Permission"][];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminUpdateServiceAccountRequest: {
            /**
             * @description The name of the service account.
             * @example Nightly backup
             */
            name?: string;
            /** @description The permissions. They replace the present ones. */
            permissions?: components["schemas"]["Permission"][];
            /** @description `suspended` stops the API keys of the service account. */
            status?: components["schemas"]["Status"];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminDeleteServiceAccountRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminCreateServiceAccountKeyRequest: {
            /**
             * @description A name by which you recognise the key.
             * @example Nightly backup
             */
            name: string;
            /** @description What the key may be used for: `me:read`, `files:read`, `files:write`, `files:delete` for your own data and files, and the name of a permission for administration. The key never has more rights than its owner. */
            scopes: string[];
            /**
             * Format: date-time
             * @description When the key expires. By default it does not.
             */
            expiresAt?: string;
            /** @description The addresses and networks (CIDR) that the key may be used from. By default every one. */
            allowedNetworks?: string[];
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminCreateWebhookRequest: {
            /**
             * Format: uri
             * @description The endpoint: an https URL without credentials, on the port 80, 443 or one above 1023, outside of private networks.
             * @example https://example.com/coffer
             */
            url: string;
            /**
             * @description The types of events to send, of `user.created`, `user.updated`, `user.deleted`, `user.suspended`, `user.reactivated`, `session.created`, `session.ended`, `asset.created`, `asset.updated`, `asset.deleted`, `webhook.test`; `*` stands for all, those that are added later included.
             * @example [
             *       "user.created",
             *       "user.deleted"
             *     ]
             */
            events: string[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description?: string;
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminUpdateWebhookRequest: {
            /**
             * Format: uri
             * @description The endpoint: an https URL without credentials, on the port 80, 443 or one above 1023, outside of private networks.
             * @example https://example.com/coffer
             */
            url?: string;
            /**
             * @description The types of events to send, of `user.created`, `user.updated`, `user.deleted`, `user.suspended`, `user.reactivated`, `session.created`, `session.ended`, `asset.created`, `asset.updated`, `asset.deleted`, `webhook.test`; `*` stands for all, those that are added later included.
             * @example [
             *       "user.created",
             *       "user.deleted"
             *     ]
             */
            events?: string[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description?: string;
            /** @description `false` disables the webhook. `true` enables it again; what waits is delivered then. */
            enabled?: boolean;
        };
        AdminRotateWebhookSecretRequest: {
            /**
             * @description Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
    };
    responses: never;
    parameters: {
        /** @description An ETag. If the object still has it, the response is 304 without a body. */
        "If-None-Match": string;
        /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
        "If-Match": string;
        /** @description Identifies this request in the logs. Every operation accepts it. */
        "X-Request-Id": string;
    };
    requestBodies: never;
    headers: {
        /** @description Identifies this request in the logs. If the request has a well-formed `X-Request-Id`, it is kept. */
        "X-Request-Id": string;
        /** @description The seconds to wait before a retry. */
        "Retry-After": number;
        /** @description Identifies the state of the object, for `If-None-Match` and `If-Match`. */
        ETag: string;
        /** @description The URL of the next page, with `rel="next"`; absent on the last page. */
        Link: string;
        /** @description What is left of the rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers). */
        RateLimit: string;
        /** @description The rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers). */
        "RateLimit-Policy": string;
        /** @description `Bearer`, with `error="invalid_token"` if the access token was refused (RFC 6750). */
        "WWW-Authenticate": string;
        /** @description The cookie `__Host-refresh`, if the session uses the cookie. */
        "Set-Cookie": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Identifies this request in the logs. Every operation accepts it. */
                "X-Request-Id"?: components["parameters"]["X-Request-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "a river runs through it",
                 *       "name": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterRequest"];
                "multipart/form-data": {
                    /**
                     * @description An e-mail address. It is trimmed and lower-cased.
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * @description A password of at most 256 code points. Unicode is normalised (NFC) before passwords are compared.
                     * @example a river runs through it
                     */
                    password: string;
                    /**
                     * @description The name of the account, with at least one visible character. Unicode is normalised (NFC).
                     * @example Ada Lovelace
                     */
                    name: string;
                    /**
                     * Format: binary
                     * @description The profile image, of at most 6291456 bytes, of one of the types image/jpeg, image/png, image/webp, image/gif.
                     */
                    avatar?: Blob;
                };
            };
        };
        responses: {
            /** @description Unless the address already has an account, a code is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "resendAvailableAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "code": "314159"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyRegistrationRequest"];
            };
        };
        responses: {
            /** @description The account is active. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "invitationId": "qwkzjtmnbvrxplsdfghycaeu",
                 *       "code": "314159",
                 *       "password": "a river runs through it",
                 *       "name": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["AcceptInvitationRequest"];
            };
        };
        responses: {
            /** @description The account is active. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "a river runs through it",
                 *       "deviceToken": "dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The password is right. Complete the sign-in by one of the methods. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "resendAvailableAt": "2026-01-31T09:30:00.000Z",
                     *       "methods": [
                     *         "mail"
                     *       ],
                     *       "passkeyOptions": {
                     *         "challenge": "2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM",
                     *         "timeout": 300000,
                     *         "rpId": "example.com",
                     *         "allowCredentials": [
                     *           {
                     *             "id": "pC8kq0m3Qx2Vt7Rz",
                     *             "type": "public-key",
                     *             "transports": [
                     *               "internal"
                     *             ]
                     *           }
                     *         ],
                     *         "userVerification": "required"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["LoginChallenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "code": "314159"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyLoginRequest"];
            };
        };
        responses: {
            /** @description You are signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.e30.…",
                     *       "tokenType": "Bearer",
                     *       "expiresIn": 900,
                     *       "refreshToken": "cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu",
                     *       "deviceToken": "dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U",
                     *       "refreshTokenExpiresAt": "2026-01-31T09:30:00.000Z",
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA"
                 *     }
                 */
                "application/json": components["schemas"]["ResendCodeRequest"];
            };
        };
        responses: {
            /** @description The same challenge, with the times of the new code. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "resendAvailableAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskeyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["BeginPasskeyLoginRequest"];
            };
        };
        responses: {
            /** @description The challenge. Complete the sign-in by a passkey. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "options": {
                     *         "challenge": "2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM",
                     *         "timeout": 300000,
                     *         "rpId": "example.com",
                     *         "allowCredentials": [
                     *           {
                     *             "id": "pC8kq0m3Qx2Vt7Rz",
                     *             "type": "public-key",
                     *             "transports": [
                     *               "internal"
                     *             ]
                     *           }
                     *         ],
                     *         "userVerification": "required"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyPasskeyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "response": {
                 *         "id": "pC8kq0m3Qx2Vt7Rz",
                 *         "rawId": "pC8kq0m3Qx2Vt7Rz",
                 *         "type": "public-key",
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiMnFaNHYxZkp4MG04VDN5UXdLN25CNWNSaEw5c1VlQWk2ZEdwWG9ZdFZqTSIsIm9yaWdpbiI6Imh0dHBzOi8vYXBwLmV4YW1wbGUuY29tIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ",
                 *           "authenticatorData": "fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn4dAAAAAA",
                 *           "signature": "MEQCIFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaAiA8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PA",
                 *           "userHandle": "ZvKht8PU5fYHGCk6"
                 *         },
                 *         "clientExtensionResults": {}
                 *       },
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyPasskeyLoginRequest"];
            };
        };
        responses: {
            /** @description You are signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.e30.…",
                     *       "tokenType": "Bearer",
                     *       "expiresIn": 900,
                     *       "refreshToken": "cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu",
                     *       "deviceToken": "dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U",
                     *       "refreshTokenExpiresAt": "2026-01-31T09:30:00.000Z",
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshTokenRequest"];
            };
        };
        responses: {
            /** @description The new tokens, delivered in the same way as the old ones. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.e30.…",
                     *       "tokenType": "Bearer",
                     *       "expiresIn": 900,
                     *       "refreshToken": "cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu",
                     *       "deviceToken": "dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U",
                     *       "refreshTokenExpiresAt": "2026-01-31T09:30:00.000Z",
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu"
                 *     }
                 */
                "application/json": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description The session has ended, and the cookie is cleared. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logoutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "keepCurrent": false
                 *     }
                 */
                "application/json": components["schemas"]["LogoutEverywhereRequest"];
            };
        };
        responses: {
            /** @description The sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "deviceToken": "dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U"
                 *     }
                 */
                "application/json": components["schemas"]["ForgotPasswordRequest"];
            };
        };
        responses: {
            /** @description If the address has an active account, a code is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "resendAvailableAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "code": "314159"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyPasswordResetRequest"];
            };
        };
        responses: {
            /** @description The reset token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "resetToken": "uJ8mVw2Rk5T1yQx7Lz3BfA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ResetToken"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "resetToken": "uJ8mVw2Rk5T1yQx7Lz3BfA",
                 *       "newPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description The password is set, and all your sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object still has it, the response is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *       "locale": "en",
                     *       "metadata": {
                     *         "plan": "pro"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Not modified: the object still has the ETag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["DeleteAccountRequest"];
            };
        };
        responses: {
            /** @description Your account is deleted. Your files and other data are being removed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada Lovelace",
                 *       "locale": "en",
                 *       "metadata": {
                 *         "plan": "pro"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProfileRequest"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *       "locale": "en",
                     *       "metadata": {
                     *         "plan": "pro"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["PutAvatarForm"];
            };
        };
        responses: {
            /** @description Your account with its new image. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *       "locale": "en",
                     *       "metadata": {
                     *         "plan": "pro"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You have no profile image. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it",
                 *       "newPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description The password is changed, and all your other sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["ChangeEmailRequest"];
            };
        };
        responses: {
            /** @description Unless the new address already has an account, a code is on its way to it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "resendAvailableAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "code": "314159"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyEmailChangeRequest"];
            };
        };
        responses: {
            /** @description Your account with its new address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *       "locale": "en",
                     *       "metadata": {
                     *         "plan": "pro"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "ip": "203.0.113.7",
                     *           "amr": [
                     *             "pwd",
                     *             "otp",
                     *             "mfa"
                     *           ],
                     *           "current": false
                     *         }
                     *       ],
                     *       "trustedDevices": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "ip": "203.0.113.7"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the session or of the trusted device. */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActivity: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of audit events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "at": "2026-01-31T09:30:00.000Z",
                     *           "action": "login.succeeded",
                     *           "actorId": "66f2a1b7c3d4e5f60718293a",
                     *           "targetId": "66f2a1b7c3d4e5f60718293a",
                     *           "outcome": "success",
                     *           "ip": "203.0.113.7",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "requestId": "0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55",
                     *           "details": {}
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "externalId": "auth0:auth0|60425dc43519d90068f82973",
                     *       "sessions": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "ip": "203.0.113.7",
                     *           "amr": [
                     *             "pwd",
                     *             "otp",
                     *             "mfa"
                     *           ],
                     *           "current": false
                     *         }
                     *       ],
                     *       "assets": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "filename": "lake.jpg",
                     *           "contentType": "image/jpeg",
                     *           "resourceType": "image",
                     *           "bytes": 482133,
                     *           "width": 1600,
                     *           "height": 1200,
                     *           "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *           "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "visibility": "public",
                     *           "tags": [
                     *             "holiday"
                     *           ],
                     *           "description": "The lake at noon",
                     *           "metadata": {
                     *             "album": "summer"
                     *           },
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "trustedDevices": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "ip": "203.0.113.7"
                     *         }
                     *       ],
                     *       "factors": [
                     *         {
                     *           "id": "kq3Yl0v9Qm5b2XW8",
                     *           "type": "totp",
                     *           "name": "Phone",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *           "remaining": 10
                     *         }
                     *       ],
                     *       "invitations": [
                     *         {
                     *           "id": "qwkzjtmnbvrxplsdfghycaeu",
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace",
                     *           "locale": "en",
                     *           "role": "user",
                     *           "permissions": [
                     *             "users:read"
                     *           ],
                     *           "state": "pending",
                     *           "mailState": "waiting",
                     *           "mailError": "ETIMEDOUT",
                     *           "invitedBy": "66f2a1b7c3d4e5f60718293a",
                     *           "userId": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "apiKeys": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "name": "Nightly backup",
                     *           "prefix": "cof_7Fq2mXw9",
                     *           "scopes": [
                     *             "me:read"
                     *           ],
                     *           "allowedNetworks": [
                     *             "203.0.113.0/24"
                     *           ],
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "activity": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "at": "2026-01-31T09:30:00.000Z",
                     *           "action": "login.succeeded",
                     *           "actorId": "66f2a1b7c3d4e5f60718293a",
                     *           "targetId": "66f2a1b7c3d4e5f60718293a",
                     *           "outcome": "success",
                     *           "ip": "203.0.113.7",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "requestId": "0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55",
                     *           "details": {}
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AccountExport"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your second factors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "kq3Yl0v9Qm5b2XW8",
                     *           "type": "totp",
                     *           "name": "Phone",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *           "remaining": 10
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FactorList"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["BeginTotpRequest"];
            };
        };
        responses: {
            /** @description The secret of the authenticator app. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "factorId": "kq3Yl0v9Qm5b2XW8",
                     *       "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                     *       "uri": "otpauth://totp/Coffer:ada%40example.com?issuer=Coffer&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
                     *     }
                     */
                    "application/json": components["schemas"]["PendingTotp"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "factorId": "kq3Yl0v9Qm5b2XW8",
                 *       "code": "314159",
                 *       "name": "Phone"
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmTotpRequest"];
            };
        };
        responses: {
            /** @description The authenticator app is a second factor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "factor": {
                     *         "id": "kq3Yl0v9Qm5b2XW8",
                     *         "type": "totp",
                     *         "name": "Phone",
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *         "remaining": 10
                     *       },
                     *       "backupCodes": [
                     *         "7K3MZ-0Q11X"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AddedFactor"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["BeginPasskeyRequest"];
            };
        };
        responses: {
            /** @description The options of the passkey. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "options": {
                     *         "rp": {
                     *           "id": "example.com",
                     *           "name": "Coffer"
                     *         },
                     *         "user": {
                     *           "id": "ZvKht8PU5fYHGCk6",
                     *           "name": "ada@example.com",
                     *           "displayName": "Ada Lovelace"
                     *         },
                     *         "challenge": "2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM",
                     *         "pubKeyCredParams": [
                     *           {
                     *             "type": "public-key",
                     *             "alg": -7
                     *           }
                     *         ],
                     *         "timeout": 300000,
                     *         "excludeCredentials": [
                     *           {
                     *             "id": "pC8kq0m3Qx2Vt7Rz",
                     *             "type": "public-key",
                     *             "transports": [
                     *               "internal"
                     *             ]
                     *           }
                     *         ],
                     *         "authenticatorSelection": {
                     *           "residentKey": "required",
                     *           "requireResidentKey": true,
                     *           "userVerification": "required"
                     *         },
                     *         "attestation": "none"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PendingPasskey"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                 *       "response": {
                 *         "id": "pC8kq0m3Qx2Vt7Rz",
                 *         "rawId": "pC8kq0m3Qx2Vt7Rz",
                 *         "type": "public-key",
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiMnFaNHYxZkp4MG04VDN5UXdLN25CNWNSaEw5c1VlQWk2ZEdwWG9ZdFZqTSIsIm9yaWdpbiI6Imh0dHBzOi8vYXBwLmV4YW1wbGUuY29tIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ",
                 *           "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVglfn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fn5-fg",
                 *           "transports": [
                 *             "internal"
                 *           ]
                 *         },
                 *         "clientExtensionResults": {}
                 *       },
                 *       "name": "Phone"
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmPasskeyRequest"];
            };
        };
        responses: {
            /** @description The passkey is a factor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "factor": {
                     *         "id": "kq3Yl0v9Qm5b2XW8",
                     *         "type": "totp",
                     *         "name": "Phone",
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *         "remaining": 10
                     *       },
                     *       "backupCodes": [
                     *         "7K3MZ-0Q11X"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AddedFactor"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBackupCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["CreateBackupCodesRequest"];
            };
        };
        responses: {
            /** @description The backup codes. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backupCodes": [
                     *         "7K3MZ-0Q11X"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BackupCodes"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the second factor. */
                factorId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["DeleteFactorRequest"];
            };
        };
        responses: {
            /** @description The second factor is removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the second factor. */
                factorId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Phone"
                 *     }
                 */
                "application/json": components["schemas"]["RenameFactorRequest"];
            };
        };
        responses: {
            /** @description The renamed factor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kq3Yl0v9Qm5b2XW8",
                     *       "type": "totp",
                     *       "name": "Phone",
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *       "remaining": 10
                     *     }
                     */
                    "application/json": components["schemas"]["Factor"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginStepUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["BeginStepUpRequest"];
            };
        };
        responses: {
            /** @description The challenge. Complete the step-up by a passkey. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challengeId": "kq3Yl0v9Qm5b2XW8Zr7TnA",
                     *       "options": {
                     *         "challenge": "2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM",
                     *         "timeout": 300000,
                     *         "rpId": "example.com",
                     *         "allowCredentials": [
                     *           {
                     *             "id": "pC8kq0m3Qx2Vt7Rz",
                     *             "type": "public-key",
                     *             "transports": [
                     *               "internal"
                     *             ]
                     *           }
                     *         ],
                     *         "userVerification": "required"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "314159",
                 *       "method": "totp"
                 *     }
                 */
                "application/json": components["schemas"]["StepUpRequest"];
            };
        };
        responses: {
            /** @description Sensitive changes are possible now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssets: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Set to `true` to get the number of all items as `total`. The default is `false`. */
                total?: boolean;
                /** @description The property to sort by. A leading `-` sorts in descending order. The default is `-createdAt`. */
                sort?: "createdAt" | "-createdAt" | "filename" | "-filename" | "bytes" | "-bytes";
                /** @description Only files of this MIME type, such as `image/png`, or top-level type, such as `image`. */
                type?: string;
                /** @description Only files with this tag. */
                tag?: string;
                /** @description Only files whose name starts with this text, ignoring case. */
                q?: string;
                /** @description Only files whose `metadata` has all these values, each as `key:value`. The keys are those that the schema of the server marks with `x-filter`. */
                metadata?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of your files. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "filename": "lake.jpg",
                     *           "contentType": "image/jpeg",
                     *           "resourceType": "image",
                     *           "bytes": 482133,
                     *           "width": 1600,
                     *           "height": 1200,
                     *           "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *           "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "visibility": "public",
                     *           "tags": [
                     *             "holiday"
                     *           ],
                     *           "description": "The lake at noon",
                     *           "metadata": {
                     *             "album": "summer"
                     *           },
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ",
                     *       "total": 42
                     *     }
                     */
                    "application/json": components["schemas"]["AssetPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadAssets: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to repeat an upload whose response was lost: for 24 hours, the same key with the same content returns the first 201 again, and nothing is stored twice. Use a new key, such as a UUID, for each upload. A refused upload frees its key. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadAssetsForm"];
            };
        };
        responses: {
            /** @description All files are stored. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "filename": "lake.jpg",
                     *           "contentType": "image/jpeg",
                     *           "resourceType": "image",
                     *           "bytes": 482133,
                     *           "width": 1600,
                     *           "height": 1200,
                     *           "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *           "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "visibility": "public",
                     *           "tags": [
                     *             "holiday"
                     *           ],
                     *           "description": "The lake at noon",
                     *           "metadata": {
                     *             "album": "summer"
                     *           },
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object still has it, the response is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *       "filename": "lake.jpg",
                     *       "contentType": "image/jpeg",
                     *       "resourceType": "image",
                     *       "bytes": 482133,
                     *       "width": 1600,
                     *       "height": 1200,
                     *       "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *       "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "visibility": "public",
                     *       "tags": [
                     *         "holiday"
                     *       ],
                     *       "description": "The lake at noon",
                     *       "metadata": {
                     *         "album": "summer"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Not modified: the object still has the ETag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filename": "lake at noon.jpg",
                 *       "tags": [
                 *         "holiday"
                 *       ],
                 *       "description": "The lake at noon",
                 *       "metadata": {
                 *         "album": "summer"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateAssetRequest"];
            };
        };
        responses: {
            /** @description The updated file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *       "filename": "lake.jpg",
                     *       "contentType": "image/jpeg",
                     *       "resourceType": "image",
                     *       "bytes": 482133,
                     *       "width": 1600,
                     *       "height": 1200,
                     *       "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *       "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "visibility": "public",
                     *       "tags": [
                     *         "holiday"
                     *       ],
                     *       "description": "The lake at noon",
                     *       "metadata": {
                     *         "album": "summer"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAssetUrl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The URL. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AssetUrl"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bulkDeleteAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         "66f2a1b7c3d4e5f60718293a"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["BulkDeleteAssetsRequest"];
            };
        };
        responses: {
            /** @description The outcome. Each id is in one of the three lists. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": [
                     *         "66f2a1b7c3d4e5f60718293a"
                     *       ],
                     *       "notFound": [],
                     *       "failed": []
                     *     }
                     */
                    "application/json": components["schemas"]["BulkDeleted"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your API keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "name": "Nightly backup",
                     *           "prefix": "cof_7Fq2mXw9",
                     *           "scopes": [
                     *             "me:read"
                     *           ],
                     *           "allowedNetworks": [
                     *             "203.0.113.0/24"
                     *           ],
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly backup",
                 *       "scopes": [
                 *         "files:read"
                 *       ],
                 *       "expiresAt": "2026-01-31T09:30:00.000Z",
                 *       "allowedNetworks": [
                 *         "203.0.113.0/24"
                 *       ],
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["CreateApiKeyRequest"];
            };
        };
        responses: {
            /** @description The API key with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "apiKey": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *         "name": "Nightly backup",
                     *         "prefix": "cof_7Fq2mXw9",
                     *         "scopes": [
                     *           "me:read"
                     *         ],
                     *         "allowedNetworks": [
                     *           "203.0.113.0/24"
                     *         ],
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "expiresAt": "2026-01-31T09:30:00.000Z",
                     *         "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "secret": "cof_7Fq2mXw9LkT4vBz8RnYc5HdJ1sGa6PeUo33A1L16"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the API key. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The API key is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the API key. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly backup",
                 *       "scopes": [
                 *         "files:read"
                 *       ],
                 *       "expiresAt": "2026-01-31T09:30:00.000Z",
                 *       "allowedNetworks": [
                 *         "203.0.113.0/24"
                 *       ],
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateApiKeyRequest"];
            };
        };
        responses: {
            /** @description The updated API key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *       "name": "Nightly backup",
                     *       "prefix": "cof_7Fq2mXw9",
                     *       "scopes": [
                     *         "me:read"
                     *       ],
                     *       "allowedNetworks": [
                     *         "203.0.113.0/24"
                     *       ],
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z",
                     *       "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the API key. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap": "24h",
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["RotateApiKeyRequest"];
            };
        };
        responses: {
            /** @description The API key with its new secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "apiKey": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *         "name": "Nightly backup",
                     *         "prefix": "cof_7Fq2mXw9",
                     *         "scopes": [
                     *           "me:read"
                     *         ],
                     *         "allowedNetworks": [
                     *           "203.0.113.0/24"
                     *         ],
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "expiresAt": "2026-01-31T09:30:00.000Z",
                     *         "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "secret": "cof_7Fq2mXw9LkT4vBz8RnYc5HdJ1sGa6PeUo33A1L16"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListUsers: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description The property to sort by. A leading `-` sorts in descending order. The default is `-createdAt`. */
                sort?: "createdAt" | "-createdAt" | "email" | "-email" | "name" | "-name";
                /** @description Only accounts with this role. */
                role?: components["schemas"]["Role"];
                /** @description Only accounts with this status. */
                status?: components["schemas"]["Status"];
                /** @description Only accounts whose e-mail address or name starts with this text, ignoring case. */
                q?: string;
                /** @description Only accounts whose `metadata` has all these values, each as `key:value`. The keys are those that the schema of the server marks with `x-filter`. */
                metadata?: string[];
                /** @description Only accounts whose `adminMetadata` has all these values, each as `key:value`. The keys are those that the schema of the server marks with `x-filter`. */
                adminMetadata?: string[];
                /** @description Set to `true` to get the number of all items as `total`. The default is `false`. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace",
                     *           "role": "user",
                     *           "permissions": [
                     *             "users:read"
                     *           ],
                     *           "status": "active",
                     *           "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *           "locale": "en",
                     *           "metadata": {
                     *             "plan": "pro"
                     *           },
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z",
                     *           "adminMetadata": {
                     *             "note": "key account"
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ",
                     *       "total": 42
                     *     }
                     */
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminGetUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object still has it, the response is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The id of the account. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account with its usage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "email": "ada@example.com",
                     *         "name": "Ada Lovelace",
                     *         "role": "user",
                     *         "permissions": [
                     *           "users:read"
                     *         ],
                     *         "status": "active",
                     *         "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *         "locale": "en",
                     *         "metadata": {
                     *           "plan": "pro"
                     *         },
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z",
                     *         "adminMetadata": {
                     *           "note": "key account"
                     *         }
                     *       },
                     *       "sessionCount": 0,
                     *       "assetCount": 0,
                     *       "assetBytes": 0,
                     *       "lastLoginAt": "2026-01-31T09:30:00.000Z",
                     *       "externalId": "auth0:auth0|60425dc43519d90068f82973"
                     *     }
                     */
                    "application/json": components["schemas"]["UserDetails"];
                };
            };
            /** @description Not modified: the object still has the ETag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @description The id of the account. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminDeleteUserRequest"];
            };
        };
        responses: {
            /** @description The account is deleted. Its files and other data are being removed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminUpdateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @description The id of the account. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "active",
                 *       "role": "user",
                 *       "permissions": [
                 *         "users:read"
                 *       ],
                 *       "adminMetadata": {
                 *         "note": "key account"
                 *       },
                 *       "unlock": false,
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminUpdateUserRequest"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "avatarUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp",
                     *       "locale": "en",
                     *       "metadata": {
                     *         "plan": "pro"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z",
                     *       "adminMetadata": {
                     *         "note": "key account"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminRevokeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the account. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminRevokeSessionsRequest"];
            };
        };
        responses: {
            /** @description The sessions have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminResetFactors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the account. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminResetFactorsRequest"];
            };
        };
        responses: {
            /** @description The account has no second factor. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListInvitations: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Only invitations in this state: `pending`, `accepted`, `expired` or `withdrawn`. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invitations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "qwkzjtmnbvrxplsdfghycaeu",
                     *           "email": "ada@example.com",
                     *           "name": "Ada Lovelace",
                     *           "locale": "en",
                     *           "role": "user",
                     *           "permissions": [
                     *             "users:read"
                     *           ],
                     *           "state": "pending",
                     *           "mailState": "waiting",
                     *           "mailError": "ETIMEDOUT",
                     *           "invitedBy": "66f2a1b7c3d4e5f60718293a",
                     *           "userId": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitationPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminCreateInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "role": "user",
                 *       "permissions": [
                 *         "users:read"
                 *       ],
                 *       "name": "Ada Lovelace",
                 *       "locale": "en",
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminCreateInvitationRequest"];
            };
        };
        responses: {
            /** @description The invitation. Its code is on its way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "qwkzjtmnbvrxplsdfghycaeu",
                     *       "email": "ada@example.com",
                     *       "name": "Ada Lovelace",
                     *       "locale": "en",
                     *       "role": "user",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "state": "pending",
                     *       "mailState": "waiting",
                     *       "mailError": "ETIMEDOUT",
                     *       "invitedBy": "66f2a1b7c3d4e5f60718293a",
                     *       "userId": "66f2a1b7c3d4e5f60718293a",
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "expiresAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminResendInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the invitation. */
                invitationId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminResendInvitationRequest"];
            };
        };
        responses: {
            /** @description A new code is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the invitation. */
                invitationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation is withdrawn. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListAssets: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Set to `true` to get the number of all items as `total`. The default is `false`. */
                total?: boolean;
                /** @description The property to sort by. A leading `-` sorts in descending order. The default is `-createdAt`. */
                sort?: "createdAt" | "-createdAt" | "filename" | "-filename" | "bytes" | "-bytes";
                /** @description Only files of this MIME type, such as `image/png`, or top-level type, such as `image`. */
                type?: string;
                /** @description Only files with this tag. */
                tag?: string;
                /** @description Only files whose name starts with this text, ignoring case. */
                q?: string;
                /** @description Only files whose `metadata` has all these values, each as `key:value`. The keys are those that the schema of the server marks with `x-filter`. */
                metadata?: string[];
                /** @description Only files of this account. */
                ownerId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "filename": "lake.jpg",
                     *           "contentType": "image/jpeg",
                     *           "resourceType": "image",
                     *           "bytes": 482133,
                     *           "width": 1600,
                     *           "height": 1200,
                     *           "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *           "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *           "visibility": "public",
                     *           "tags": [
                     *             "holiday"
                     *           ],
                     *           "description": "The lake at noon",
                     *           "metadata": {
                     *             "album": "summer"
                     *           },
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ",
                     *       "total": 42
                     *     }
                     */
                    "application/json": components["schemas"]["AssetPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminGetAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object still has it, the response is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *       "filename": "lake.jpg",
                     *       "contentType": "image/jpeg",
                     *       "resourceType": "image",
                     *       "bytes": 482133,
                     *       "width": 1600,
                     *       "height": 1200,
                     *       "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "publicId": "coffer-1f2e3d4c/9a8b7c",
                     *       "secureUrl": "https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "thumbnailUrl": "https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg",
                     *       "visibility": "public",
                     *       "tags": [
                     *         "holiday"
                     *       ],
                     *       "description": "The lake at noon",
                     *       "metadata": {
                     *         "album": "summer"
                     *       },
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Not modified: the object still has the ETag in `If-None-Match`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag. If the object has a different one by now, nothing is changed and the response is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @description The id of the file. */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminBulkDeleteAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         "66f2a1b7c3d4e5f60718293a"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AdminBulkDeleteAssetsRequest"];
            };
        };
        responses: {
            /** @description The outcome. Each id is in one of the three lists. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": [
                     *         "66f2a1b7c3d4e5f60718293a"
                     *       ],
                     *       "notFound": [],
                     *       "failed": []
                     *     }
                     */
                    "application/json": components["schemas"]["BulkDeleted"];
                };
            };
            /** @description The files of the account are being deleted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListAuditEvents: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Only events caused by this account. */
                actorId?: string;
                /** @description Only events that concern this account or object. */
                targetId?: string;
                /** @description Only events of this action. */
                action?: components["schemas"]["AuditAction"];
                /** @description Only events at this time or later. */
                from?: string;
                /** @description Only events before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of audit events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "at": "2026-01-31T09:30:00.000Z",
                     *           "action": "login.succeeded",
                     *           "actorId": "66f2a1b7c3d4e5f60718293a",
                     *           "targetId": "66f2a1b7c3d4e5f60718293a",
                     *           "outcome": "success",
                     *           "ip": "203.0.113.7",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "requestId": "0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55",
                     *           "details": {}
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminExportAuditEvents: {
        parameters: {
            query?: {
                /** @description Only events of this action. */
                action?: components["schemas"]["AuditAction"];
                /** @description Only events at this time or later. */
                from?: string;
                /** @description Only events before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audit events, one on each line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListMails: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Only e-mails in this state. */
                state?: components["schemas"]["MailState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of e-mails. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "template": "login-code",
                     *           "state": "waiting",
                     *           "attempts": 0,
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "nextAttemptAt": "2026-01-31T09:30:00.000Z",
                     *           "lastError": "ETIMEDOUT"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["MailPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminResendMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the e-mail. */
                mailId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The e-mail is due now. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminGetStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The totals. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": {
                     *         "active": 0,
                     *         "suspended": 0
                     *       },
                     *       "assets": {
                     *         "count": 0,
                     *         "bytes": 0
                     *       },
                     *       "mails": {
                     *         "waiting": 0,
                     *         "failed": 0
                     *       },
                     *       "sessions": 0
                     *     }
                     */
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListApiKeys: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Only API keys of this account or service account. */
                ownerId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of API keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *           "name": "Nightly backup",
                     *           "prefix": "cof_7Fq2mXw9",
                     *           "scopes": [
                     *             "me:read"
                     *           ],
                     *           "allowedNetworks": [
                     *             "203.0.113.0/24"
                     *           ],
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the API key. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminDeleteApiKeyRequest"];
            };
        };
        responses: {
            /** @description The API key is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListServiceAccounts: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of service accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "name": "Nightly backup",
                     *           "permissions": [
                     *             "users:read"
                     *           ],
                     *           "status": "active",
                     *           "keyCount": 0,
                     *           "createdAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccountPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminCreateServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly backup",
                 *       "permissions": [
                 *         "users:read"
                 *       ],
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminCreateServiceAccountRequest"];
            };
        };
        responses: {
            /** @description The service account. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "name": "Nightly backup",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "keyCount": 0,
                     *       "createdAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminGetServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the service account. */
                accountId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "name": "Nightly backup",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "keyCount": 0,
                     *       "createdAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the service account. */
                accountId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminDeleteServiceAccountRequest"];
            };
        };
        responses: {
            /** @description The service account is deleted. Its files and keys are being removed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminUpdateServiceAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the service account. */
                accountId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly backup",
                 *       "permissions": [
                 *         "users:read"
                 *       ],
                 *       "status": "active",
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminUpdateServiceAccountRequest"];
            };
        };
        responses: {
            /** @description The updated service account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "name": "Nightly backup",
                     *       "permissions": [
                     *         "users:read"
                     *       ],
                     *       "status": "active",
                     *       "keyCount": 0,
                     *       "createdAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminCreateServiceAccountKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the service account. */
                accountId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly backup",
                 *       "scopes": [
                 *         "files:read"
                 *       ],
                 *       "expiresAt": "2026-01-31T09:30:00.000Z",
                 *       "allowedNetworks": [
                 *         "203.0.113.0/24"
                 *       ],
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminCreateServiceAccountKeyRequest"];
            };
        };
        responses: {
            /** @description The API key with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "apiKey": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                     *         "name": "Nightly backup",
                     *         "prefix": "cof_7Fq2mXw9",
                     *         "scopes": [
                     *           "me:read"
                     *         ],
                     *         "allowedNetworks": [
                     *           "203.0.113.0/24"
                     *         ],
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "expiresAt": "2026-01-31T09:30:00.000Z",
                     *         "lastUsedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "secret": "cof_7Fq2mXw9LkT4vBz8RnYc5HdJ1sGa6PeUo33A1L16"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListWebhooks: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of webhooks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "url": "https://example.com/coffer",
                     *           "events": [
                     *             "user.created"
                     *           ],
                     *           "description": "Mailing list",
                     *           "enabled": false,
                     *           "disabledReason": "administrator",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminCreateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://example.com/coffer",
                 *       "events": [
                 *         "user.created",
                 *         "user.deleted"
                 *       ],
                 *       "description": "Mailing list",
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminCreateWebhookRequest"];
            };
        };
        responses: {
            /** @description The webhook with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "webhook": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "url": "https://example.com/coffer",
                     *         "events": [
                     *           "user.created"
                     *         ],
                     *         "description": "Mailing list",
                     *         "enabled": false,
                     *         "disabledReason": "administrator",
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfzxyHTTRQ="
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminGetWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "url": "https://example.com/coffer",
                     *       "events": [
                     *         "user.created"
                     *       ],
                     *       "description": "Mailing list",
                     *       "enabled": false,
                     *       "disabledReason": "administrator",
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminDeleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminUpdateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://example.com/coffer",
                 *       "events": [
                 *         "user.created",
                 *         "user.deleted"
                 *       ],
                 *       "description": "Mailing list",
                 *       "enabled": false
                 *     }
                 */
                "application/json": components["schemas"]["AdminUpdateWebhookRequest"];
            };
        };
        responses: {
            /** @description The updated webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "66f2a1b7c3d4e5f60718293a",
                     *       "url": "https://example.com/coffer",
                     *       "events": [
                     *         "user.created"
                     *       ],
                     *       "description": "Mailing list",
                     *       "enabled": false,
                     *       "disabledReason": "administrator",
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminRotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminRotateWebhookSecretRequest"];
            };
        };
        responses: {
            /** @description The webhook with its new secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "webhook": {
                     *         "id": "66f2a1b7c3d4e5f60718293a",
                     *         "url": "https://example.com/coffer",
                     *         "events": [
                     *           "user.created"
                     *         ],
                     *         "description": "Mailing list",
                     *         "enabled": false,
                     *         "disabledReason": "administrator",
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfzxyHTTRQ="
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminTestWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is due now. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminListDeliveries: {
        parameters: {
            query?: {
                /** @description The maximum number of items on a page. The default is `20`. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same. */
                cursor?: string;
                /** @description Only deliveries in this state: `waiting`, `delivered` or `failed`. */
                state?: string;
            };
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "msg_66f2a1b7c3d4e5f60718293a-0-66f2a1b7c3d4e5f60718293a",
                     *           "event": "user.created",
                     *           "state": "waiting",
                     *           "attempts": 0,
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "nextAttemptAt": "2026-01-31T09:30:00.000Z",
                     *           "lastStatus": 503,
                     *           "lastError": "The endpoint answered 503."
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxfQ"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adminRedeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the webhook. */
                webhookId: string;
                /** @description The id of the delivery. */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is due now. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is running. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server can handle requests. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "checks": {
                     *         "database": "ok",
                     *         "mail": "ok",
                     *         "storage": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                     *           "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            /** @description An error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    onUserCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "user.created",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserCreatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onUserUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "user.updated",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a",
                 *         "changed": [
                 *           "name"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserUpdatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onUserDeleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "user.deleted",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserDeletedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onUserSuspended: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "user.suspended",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserSuspendedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onUserReactivated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "user.reactivated",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserReactivatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSessionCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "session.created",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "sessionId": "c0zKJ8mQW2hM7sX1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SessionCreatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onSessionEnded: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "session.ended",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "userId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a",
                 *         "reason": "signed-out",
                 *         "scope": "one",
                 *         "sessionId": "c0zKJ8mQW2hM7sX1",
                 *         "keptSessionId": "c0zKJ8mQW2hM7sX1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SessionEndedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAssetCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "asset.created",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "assetId": "66f2a1b7c3d4e5f60718293a",
                 *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a",
                 *         "bytes": 482113,
                 *         "contentType": "image/jpeg"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AssetCreatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAssetUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "asset.updated",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "assetId": "66f2a1b7c3d4e5f60718293a",
                 *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a",
                 *         "changed": [
                 *           "tags"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AssetUpdatedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onAssetDeleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "asset.deleted",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "assetId": "66f2a1b7c3d4e5f60718293a",
                 *         "ownerId": "66f2a1b7c3d4e5f60718293a",
                 *         "actorId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AssetDeletedEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookTest: {
        parameters: {
            query?: never;
            header: {
                /** @description Identifies the event for this webhook: the same in every attempt. Handle each id once. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away. */
                "webhook-timestamp": string;
                /** @description Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "webhook.test",
                 *       "timestamp": "2026-01-31T09:30:00.000Z",
                 *       "data": {
                 *         "webhookId": "66f2a1b7c3d4e5f60718293a"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookTestEvent"];
            };
        };
        responses: {
            /** @description The endpoint wants no more events: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event was received. The answer must be complete within ten seconds. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. `Retry-After` is honoured, up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}

/** Every operation, by its operationId. */
export interface Operations {
  /** `POST /v1/auth/register`: Start registration. Sends a code to the e-mail address. The account is created once the code is verified. If the address already has an account, you get the same response, and the owner of that account gets a notice instead of a code. To include a profile image, send a form with the file `avatar`. The language of the account is taken from `Accept-Language`. If the server is closed to registration, every request gets 403. */
  register: operations['register']
  /** `POST /v1/auth/register/verify`: Complete registration. Checks the code and creates the account. This does not sign you in. If the file store fails, the profile image is added later. */
  verifyRegistration: operations['verifyRegistration']
  /** `POST /v1/auth/invitations/accept`: Accept an invitation. Checks the code from the mail and creates the account, with the rights that the invitation offers. This does not sign you in. It works whether or not registration is open. */
  acceptInvitation: operations['acceptInvitation']
  /** `POST /v1/auth/login`: Start sign-in. Checks your password and returns the methods by which you can complete the sign-in. If your account has no second factor, that is a code, which is sent to your e-mail address. An unknown account, a suspended account and a wrong password all get the same response. If the server lets devices be trusted (`TRUSTED_DEVICE_TTL`), a trusted one gets 200 with the answer of `verifyLogin` at once. */
  login: operations['login']
  /** `POST /v1/auth/login/verify`: Complete sign-in. Checks the code from the e-mail, the authenticator app or the list of backup codes, as `method` says, or the answer of a passkey to `passkeyOptions`, and starts a session. Send either `code` or `response`. You are notified of the sign-in by e-mail. */
  verifyLogin: operations['verifyLogin']
  /** `POST /v1/auth/resend-code`: Request a new code. Sends a new code for a registration, sign-in, password reset or change of e-mail address. The previous code stops working. Failed attempts at the challenge still count. */
  resendCode: operations['resendCode']
  /** `POST /v1/auth/passkey`: Start sign-in with a passkey. Returns a challenge that any passkey answers: you need to name no account. The response is the same for everybody. */
  beginPasskeyLogin: operations['beginPasskeyLogin']
  /** `POST /v1/auth/passkey/verify`: Complete sign-in with a passkey. Checks the answer of a passkey, which must have verified you, and starts a session. An unknown passkey, a wrong answer and a suspended account all get the same response. You are notified of the sign-in by e-mail. */
  verifyPasskeyLogin: operations['verifyPasskeyLogin']
  /** `POST /v1/auth/refresh-token`: Refresh your tokens. Replaces your refresh token and returns a new access token. For a short grace period (10 s by default), a replaced refresh token still returns the same successor, so that parallel tabs and lost responses do not sign you out. After that, a replaced refresh token ends the session. */
  refreshToken: operations['refreshToken']
  /** `POST /v1/auth/logout`: Sign out. Ends the session that the refresh token or the access token belongs to. An expired or unknown token gets the same response. */
  logout: operations['logout']
  /** `POST /v1/auth/logout-all`: Sign out everywhere. Ends all your sessions, or all but the current one. Their access tokens are refused from the next request on. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  logoutEverywhere: operations['logoutEverywhere']
  /** `POST /v1/auth/password/forgot`: Start password reset. Sends a code if the address has an active account. If it has none, you get the same response, and no code is sent. */
  forgotPassword: operations['forgotPassword']
  /** `POST /v1/auth/password/forgot/verify`: Exchange the code for a reset token. Checks the code and returns a token with which you can set a new password, once. The token does not sign you in. */
  verifyPasswordReset: operations['verifyPasswordReset']
  /** `POST /v1/auth/password/reset`: Complete password reset. Sets your new password and ends all your sessions. You are notified by e-mail. This does not sign you in. If the new password is refused, the reset token stays valid. */
  resetPassword: operations['resetPassword']
  /** `GET /v1/users/me`: Get your account. Returns your account. If `If-None-Match` contains the ETag of your account, the response is 304 without a body. API keys need the scope `me:read`. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  getProfile: operations['getProfile']
  /** `PATCH /v1/users/me`: Update your account. Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 if your account has changed since you read it. API keys are not accepted. */
  updateProfile: operations['updateProfile']
  /** `DELETE /v1/users/me`: Delete your account. Ends all your sessions and frees your e-mail address at once; your files and other data are removed soon after. You are notified by e-mail. Requires a step-up. The last active administrator cannot be deleted. With `If-Match`, the request fails with 412 if your account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  deleteAccount: operations['deleteAccount']
  /** `PUT /v1/users/me/avatar`: Set your profile image. Replaces your profile image. The image is stored upright, without metadata, as WebP of at most 512 × 512 pixels and 100 KiB. API keys are not accepted. */
  putAvatar: operations['putAvatar']
  /** `DELETE /v1/users/me/avatar`: Delete your profile image. Deletes your profile image, also from the file store. If you have none, nothing happens. API keys are not accepted. */
  deleteAvatar: operations['deleteAvatar']
  /** `PUT /v1/users/me/password`: Change your password. Sets a new password and ends all your other sessions. You are notified by e-mail. API keys are not accepted. */
  changePassword: operations['changePassword']
  /** `POST /v1/users/me/email`: Start e-mail address change. Sends a code to the new address. Your address changes once the code is verified. If the new address already has an account, you get the same response, and no code is sent. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  changeEmail: operations['changeEmail']
  /** `POST /v1/users/me/email/verify`: Complete e-mail address change. Checks the code and changes your e-mail address. The previous address is notified. Your sessions continue. API keys are not accepted. */
  verifyEmailChange: operations['verifyEmailChange']
  /** `GET /v1/users/me/sessions`: List your sessions. Returns your sessions and your trusted devices that have not expired, newest first. API keys are not accepted. */
  listSessions: operations['listSessions']
  /** `DELETE /v1/users/me/sessions/{sessionId}`: Revoke one of your sessions. Ends the session and thereby signs its device out. Its tokens are refused from the next request on. With the id of a trusted device, ends the trust: its next sign-in takes the second step. API keys are not accepted. */
  revokeSession: operations['revokeSession']
  /** `GET /v1/users/me/activity`: List your account's activity. Returns what you did and what was done to your account, newest first. For events caused by somebody else, such as an administrator, `ip`, `userAgent` and `requestId` are null. API keys need the scope `me:read`. */
  listActivity: operations['listActivity']
  /** `GET /v1/users/me/export`: Export your account. Returns all data stored about you as one JSON document. Secrets and the contents of your files are not included. API keys need the scope `me:read`. */
  exportAccount: operations['exportAccount']
  /** `GET /v1/users/me/factors`: List your second factors. Returns your authenticator apps, passkeys and backup codes without their secrets, oldest first. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  listFactors: operations['listFactors']
  /** `POST /v1/users/me/factors/totp`: Start adding an authenticator app. Returns the secret of a new authenticator app (TOTP, RFC 6238), once. It becomes a second factor when you send its first code to `confirmTotp` within 15 minutes, in the same session. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  beginTotp: operations['beginTotp']
  /** `POST /v1/users/me/factors/totp/verify`: Complete adding an authenticator app. Checks the first code of the app, which then is a second factor. All your other sessions end, and you are notified by e-mail. From now on, a sign-in asks for a second factor, and no code is mailed. With your first factor you get ten backup codes. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  confirmTotp: operations['confirmTotp']
  /** `POST /v1/users/me/factors/passkeys`: Start adding a passkey. Returns the options by which a browser or an app creates a passkey. It becomes a factor when you send it to `confirmPasskey` within five minutes, in the same session. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  beginPasskey: operations['beginPasskey']
  /** `POST /v1/users/me/factors/passkeys/verify`: Complete adding a passkey. Checks the new passkey, which then signs you in by itself, and is a second factor after the password. All your other sessions end, and you are notified by e-mail. From now on, no code is mailed. With your first factor you get ten backup codes. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  confirmPasskey: operations['confirmPasskey']
  /** `POST /v1/users/me/factors/backup-codes`: Create backup codes. Returns ten new backup codes, once. The previous ones no longer work. You are notified by e-mail. Requires a second factor and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  createBackupCodes: operations['createBackupCodes']
  /** `PATCH /v1/users/me/factors/{factorId}`: Rename a second factor. Changes the name by which you recognise the second factor. API keys are not accepted. */
  renameFactor: operations['renameFactor']
  /** `DELETE /v1/users/me/factors/{factorId}`: Remove a second factor. Removes the second factor. If it is an authenticator app or a passkey, all your other sessions end; with the last of them, the backup codes go too, and a sign-in asks for a code by e-mail again. The last one cannot be removed if the server requires a second factor of you (`MFA_REQUIRED`). You are notified by e-mail. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  deleteFactor: operations['deleteFactor']
  /** `POST /v1/auth/step-up/passkey`: Start a step-up with a passkey. Returns a challenge that your passkeys answer. Send the answer to `stepUp`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  beginStepUp: operations['beginStepUp']
  /** `POST /v1/auth/step-up`: Confirm that it is you. Confirms that you are still there, by your second factor or, if your account has none, by your password. For the next minutes (5 by default), this session can make sensitive changes without asking again. The next access token shows the time in `auth_time`. API keys are not accepted. It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`). */
  stepUp: operations['stepUp']
  /** `POST /v1/assets`: Upload files. Stores all files of the request, or none of them. Send `visibility` before the files. The content of each file must be of the declared type; without a type, or with `application/octet-stream`, the content decides. A file name may be anything, but its extension must not be that of another accepted type. Metadata is removed from images, unless the server is configured otherwise: only the orientation and the colour profile stay. Anything after the end of an image is cut off. API keys need the scope `files:write`. */
  uploadAssets: operations['uploadAssets']
  /** `GET /v1/assets`: List your files. Returns your files, page by page. Profile images are not included. API keys need the scope `files:read`. */
  listAssets: operations['listAssets']
  /** `GET /v1/assets/{assetId}`: Get one of your files. Returns the properties of the file. If `If-None-Match` contains the ETag of the file, the response is 304 without a body. API keys need the scope `files:read`. */
  getAsset: operations['getAsset']
  /** `PATCH /v1/assets/{assetId}`: Update one of your files. Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 if the file has changed since you read it. API keys need the scope `files:write`. */
  updateAsset: operations['updateAsset']
  /** `DELETE /v1/assets/{assetId}`: Delete one of your files. Deletes the file, also from the file store. If the file store fails, the file still disappears at once and is removed later. With `If-Match`, the request fails with 412 if the file has changed since you read it. API keys need the scope `files:delete`. */
  deleteAsset: operations['deleteAsset']
  /** `GET /v1/assets/{assetId}/url`: Get a download URL. Returns a URL of the file. The URL of a private file is signed and works for five minutes. API keys need the scope `files:read`. */
  getAssetUrl: operations['getAssetUrl']
  /** `POST /v1/assets/bulk-delete`: Delete several of your files. Deletes each file separately and returns the outcome for each id. API keys need the scope `files:delete`. */
  bulkDeleteAssets: operations['bulkDeleteAssets']
  /** `POST /v1/users/me/api-keys`: Create an API key. Creates an API key, with which a program acts for you within the given scopes. The secret is shown this once. You are notified by e-mail. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  createApiKey: operations['createApiKey']
  /** `GET /v1/users/me/api-keys`: List your API keys. Returns your API keys without their secrets, newest first. Expired keys are included. API keys are not accepted. */
  listApiKeys: operations['listApiKeys']
  /** `PATCH /v1/users/me/api-keys/{keyId}`: Update an API key. Changes the given properties; the others stay as they are. The change takes effect with the next request of the key. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  updateApiKey: operations['updateApiKey']
  /** `DELETE /v1/users/me/api-keys/{keyId}`: Revoke an API key. Deletes the API key. It is refused from the next request on. API keys are not accepted. */
  deleteApiKey: operations['deleteApiKey']
  /** `POST /v1/users/me/api-keys/{keyId}/rotate`: Rotate an API key. Gives the API key a new secret, which is shown this once. The previous secret is refused at once, or works on for `overlap`, so that you can exchange it without a failed request. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. API keys are not accepted. */
  rotateApiKey: operations['rotateApiKey']
  /** `GET /v1/admin/users`: List accounts. Returns all accounts, page by page. Accounts that are being deleted are not included. Requires the permission `users:read`. API keys need the scope `users:read`. */
  adminListUsers: operations['adminListUsers']
  /** `GET /v1/admin/users/{userId}`: Get an account. Returns an account with its usage. The ETag is that of the account: it does not change with its sessions or files. If `If-None-Match` contains it, the response is 304 without a body. Requires the permission `users:read`. API keys need the scope `users:read`. */
  adminGetUser: operations['adminGetUser']
  /** `PATCH /v1/admin/users/{userId}`: Update an account. Changes the given properties; the others stay as they are. The change takes effect with the next request of the account, and the owner is notified by e-mail. Suspending an account requires a step-up. Changing `role` or `permissions`, or changing an administrator in any way, requires a step-up and the role `admin`. You cannot grant yourself permissions. `adminMetadata` replaces the present one, and is never shown to the owner of the account. The last active administrator cannot be suspended or lose the role. With `If-Match`, the request fails with 412 if the account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`. */
  adminUpdateUser: operations['adminUpdateUser']
  /** `DELETE /v1/admin/users/{userId}`: Delete an account. Ends every session of the account and frees its e-mail address at once; its files and other data are removed soon after. The owner is notified by e-mail. This requires a step-up and, to delete an administrator, the role `admin`. The last active administrator cannot be deleted. With `If-Match`, the request fails with 412 if the account has changed since you read it. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:delete`. API keys are not accepted. */
  adminDeleteUser: operations['adminDeleteUser']
  /** `DELETE /v1/admin/users/{userId}/sessions`: Sign an account out everywhere. Ends every session of the account and every sign-in in progress. For an administrator, this requires the role `admin` and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`. */
  adminRevokeSessions: operations['adminRevokeSessions']
  /** `DELETE /v1/admin/users/{userId}/factors`: Remove an account's second factors. Removes every second factor of an account whose owner has lost them, and ends every session. The owner then signs in with the password and a code by e-mail, and is notified. Make sure first that it is the owner who asks. This requires a step-up and, for an administrator, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys are not accepted. */
  adminResetFactors: operations['adminResetFactors']
  /** `GET /v1/admin/invitations`: List invitations. Returns the invitations, newest first, with the state of their e-mails. They are kept for 30 days after their expiry. Requires the permission `users:read`. API keys need the scope `users:read`. */
  adminListInvitations: operations['adminListInvitations']
  /** `POST /v1/admin/invitations`: Invite somebody. Mails a code to the address, with which its owner creates an account. An invitation with the role `admin` or with permissions requires a step-up and the role `admin`. It stays valid only while you could still send it: if you are suspended, deleted or lose these rights before, its code is refused. Invitations work whether or not registration is open, and for addresses of every domain. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`. */
  adminCreateInvitation: operations['adminCreateInvitation']
  /** `POST /v1/admin/invitations/{invitationId}/resend`: Resend an invitation. Mails a new code, which replaces the previous one and lives as long as that of a new invitation. An expired invitation is pending again. You answer for the invitation from then on, so this requires what creating it requires. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `users:write`. API keys need the scope `users:write`. */
  adminResendInvitation: operations['adminResendInvitation']
  /** `DELETE /v1/admin/invitations/{invitationId}`: Withdraw an invitation. Stops the code at once. The invitation stays in the list as `withdrawn`. Requires the permission `users:write`. API keys need the scope `users:write`. */
  adminDeleteInvitation: operations['adminDeleteInvitation']
  /** `GET /v1/admin/assets`: List all files. Returns the files of all accounts, or of one account, page by page. Profile images are not included. Requires the permission `assets:read`. API keys need the scope `assets:read`. */
  adminListAssets: operations['adminListAssets']
  /** `GET /v1/admin/assets/{assetId}`: Get any file. Returns the properties of a file of any account. If `If-None-Match` contains the ETag of the file, the response is 304 without a body. Requires the permission `assets:read`. API keys need the scope `assets:read`. */
  adminGetAsset: operations['adminGetAsset']
  /** `DELETE /v1/admin/assets/{assetId}`: Delete any file. Deletes a file of any account, also from the file store. If the file store fails, the file still disappears at once and is removed later. With `If-Match`, the request fails with 412 if the file has changed since you read it. Requires the permission `assets:delete`. API keys need the scope `assets:delete`. */
  adminDeleteAsset: operations['adminDeleteAsset']
  /** `POST /v1/admin/assets/bulk-delete`: Delete several files, or all files of an account. With `ids`, deletes each file separately and returns the outcome for each id. With `ownerId`, deletes all files of the account in the background; this requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `assets:delete`. API keys need the scope `assets:delete`. */
  adminBulkDeleteAssets: operations['adminBulkDeleteAssets']
  /** `GET /v1/admin/audit-events`: List audit events. Returns what happened to accounts, sessions, permissions and files, newest first. Requires the permission `audit:read`. API keys need the scope `audit:read`. */
  adminListAuditEvents: operations['adminListAuditEvents']
  /** `GET /v1/admin/audit-events/export`: Export audit events. Returns all audit events, oldest first, as newline-delimited JSON (https://github.com/ndjson/ndjson-spec), while they are read: a connection that breaks off means that the export is incomplete. It ends with the events of the time of your request, at the latest. An event can be stored some seconds after its time, up to a minute if a server was interrupted. For regular exports, let each one begin some minutes before the end of the one before, and drop the events whose `id` you have already. The export is itself an audit event. Requires the permission `audit:read`. API keys need the scope `audit:read`. */
  adminExportAuditEvents: operations['adminExportAuditEvents']
  /** `GET /v1/admin/mails`: List outgoing e-mails. Returns the e-mails that the server has queued or sent, newest first, without their contents and recipients. Requires the permission `mails:read`. API keys need the scope `mails:read`. */
  adminListMails: operations['adminListMails']
  /** `POST /v1/admin/mails/{mailId}/resend`: Resend an e-mail. Sends a failed or waiting e-mail now. An e-mail that was sent or has expired is not found, because its content has been erased. Requires the permission `mails:write`. API keys need the scope `mails:write`. */
  adminResendMail: operations['adminResendMail']
  /** `GET /v1/admin/statistics`: Get statistics. Returns totals, counted anew for each request. Requires the permission `users:read`. API keys need the scope `users:read`. */
  adminGetStatistics: operations['adminGetStatistics']
  /** `GET /v1/admin/api-keys`: List API keys. Returns the API keys of all accounts without their secrets, newest first. Expired keys are included. Requires the permission `keys:read`. API keys need the scope `keys:read`. */
  adminListApiKeys: operations['adminListApiKeys']
  /** `DELETE /v1/admin/api-keys/{keyId}`: Revoke an API key of an account. Deletes the API key. It is refused from the next request on. For a key of an administrator, this requires the role `admin` and a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys need the scope `keys:write`. */
  adminDeleteApiKey: operations['adminDeleteApiKey']
  /** `GET /v1/admin/service-accounts`: List service accounts. Returns all service accounts, newest first. Those that are being deleted are not included. Requires the permission `keys:read`. API keys need the scope `keys:read`. */
  adminListServiceAccounts: operations['adminListServiceAccounts']
  /** `POST /v1/admin/service-accounts`: Create a service account. Creates an account for a program. It belongs to nobody, so that it stays when people leave. Requires a step-up and, to grant permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted. */
  adminCreateServiceAccount: operations['adminCreateServiceAccount']
  /** `GET /v1/admin/service-accounts/{accountId}`: Get a service account. Returns a service account. Requires the permission `keys:read`. API keys need the scope `keys:read`. */
  adminGetServiceAccount: operations['adminGetServiceAccount']
  /** `PATCH /v1/admin/service-accounts/{accountId}`: Update a service account. Changes the given properties; the others stay as they are. The change takes effect with the next request of its API keys. Requires a step-up and, if the account has or gets permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted. */
  adminUpdateServiceAccount: operations['adminUpdateServiceAccount']
  /** `DELETE /v1/admin/service-accounts/{accountId}`: Delete a service account. Stops its API keys at once; its files and keys are removed soon after. Requires a step-up and, if the account has permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted. */
  adminDeleteServiceAccount: operations['adminDeleteServiceAccount']
  /** `POST /v1/admin/service-accounts/{accountId}/api-keys`: Create an API key of a service account. Creates an API key, with which a program acts for the service account within the given scopes. The secret is shown this once. Requires a step-up and, if the account has permissions, the role `admin`. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `keys:write`. API keys are not accepted. */
  adminCreateServiceAccountKey: operations['adminCreateServiceAccountKey']
  /** `GET /v1/admin/webhooks`: List webhooks. Returns all webhooks without their secrets, newest first. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`. */
  adminListWebhooks: operations['adminListWebhooks']
  /** `POST /v1/admin/webhooks`: Create a webhook. Creates an enabled webhook. It is sent the events that happen from then on, signed with the secret in the response, which is shown this once. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `webhooks:write`. API keys are not accepted. */
  adminCreateWebhook: operations['adminCreateWebhook']
  /** `GET /v1/admin/webhooks/{webhookId}`: Get a webhook. Returns a webhook without its secret. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`. */
  adminGetWebhook: operations['adminGetWebhook']
  /** `PATCH /v1/admin/webhooks/{webhookId}`: Update a webhook. Changes the given properties; the others stay as they are. What waits for a disabled webhook is delivered once it is enabled again; what happens while it is disabled is never sent. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`. */
  adminUpdateWebhook: operations['adminUpdateWebhook']
  /** `DELETE /v1/admin/webhooks/{webhookId}`: Delete a webhook. Deletes the webhook and its deliveries. What waits is never sent. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`. */
  adminDeleteWebhook: operations['adminDeleteWebhook']
  /** `POST /v1/admin/webhooks/{webhookId}/rotate-secret`: Rotate the secret of a webhook. Gives the webhook a new secret, which is shown this once. For 24 hours every request is signed with the previous secret too, so that the endpoint can exchange it without a refused request. Requires a step-up. The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`. Requires the permission `webhooks:write`. API keys are not accepted. */
  adminRotateWebhookSecret: operations['adminRotateWebhookSecret']
  /** `POST /v1/admin/webhooks/{webhookId}/test`: Test a webhook. Sends the event `webhook.test` to this webhook, whatever types it is subscribed to. `adminListDeliveries` shows what becomes of it. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`. */
  adminTestWebhook: operations['adminTestWebhook']
  /** `GET /v1/admin/webhooks/{webhookId}/deliveries`: List deliveries. Returns the deliveries to a webhook of the last 30 days, newest first. Requires the permission `webhooks:read`. API keys need the scope `webhooks:read`. */
  adminListDeliveries: operations['adminListDeliveries']
  /** `POST /v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver`: Repeat a delivery. Sends an event again now, with the same `webhook-id`, whether it was delivered, failed or waits. One that is being sent at this moment is not sent twice. Requires the permission `webhooks:write`. API keys need the scope `webhooks:write`. */
  adminRedeliver: operations['adminRedeliver']
  /** `GET /health/live`: Check liveness. Responds as long as the process is running. Does not check any other service. */
  getLiveness: operations['getLiveness']
  /** `GET /health/ready`: Check readiness. Fails only if the database does not respond or lacks a required index, or if the server is stopping. Mail and the file store are only reported, as of their last use, because most of the API works without them. Redis is only reported too: without it every server refuses requests alike (503). */
  getReadiness: operations['getReadiness']
  /** `GET /.well-known/jwks.json`: Get the public keys of access tokens. Returns the keys that other services need to verify access tokens. If the server signs access tokens with a shared secret, there are no public keys, and the response is 404. */
  getJwks: operations['getJwks']
}

export const routes = {
  register: 'POST /v1/auth/register',
  verifyRegistration: 'POST /v1/auth/register/verify',
  acceptInvitation: 'POST /v1/auth/invitations/accept',
  login: 'POST /v1/auth/login',
  verifyLogin: 'POST /v1/auth/login/verify',
  resendCode: 'POST /v1/auth/resend-code',
  beginPasskeyLogin: 'POST /v1/auth/passkey',
  verifyPasskeyLogin: 'POST /v1/auth/passkey/verify',
  refreshToken: 'POST /v1/auth/refresh-token',
  logout: 'POST /v1/auth/logout',
  logoutEverywhere: 'POST /v1/auth/logout-all',
  forgotPassword: 'POST /v1/auth/password/forgot',
  verifyPasswordReset: 'POST /v1/auth/password/forgot/verify',
  resetPassword: 'POST /v1/auth/password/reset',
  getProfile: 'GET /v1/users/me',
  updateProfile: 'PATCH /v1/users/me',
  deleteAccount: 'DELETE /v1/users/me',
  putAvatar: 'PUT /v1/users/me/avatar',
  deleteAvatar: 'DELETE /v1/users/me/avatar',
  changePassword: 'PUT /v1/users/me/password',
  changeEmail: 'POST /v1/users/me/email',
  verifyEmailChange: 'POST /v1/users/me/email/verify',
  listSessions: 'GET /v1/users/me/sessions',
  revokeSession: 'DELETE /v1/users/me/sessions/{sessionId}',
  listActivity: 'GET /v1/users/me/activity',
  exportAccount: 'GET /v1/users/me/export',
  listFactors: 'GET /v1/users/me/factors',
  beginTotp: 'POST /v1/users/me/factors/totp',
  confirmTotp: 'POST /v1/users/me/factors/totp/verify',
  beginPasskey: 'POST /v1/users/me/factors/passkeys',
  confirmPasskey: 'POST /v1/users/me/factors/passkeys/verify',
  createBackupCodes: 'POST /v1/users/me/factors/backup-codes',
  renameFactor: 'PATCH /v1/users/me/factors/{factorId}',
  deleteFactor: 'DELETE /v1/users/me/factors/{factorId}',
  beginStepUp: 'POST /v1/auth/step-up/passkey',
  stepUp: 'POST /v1/auth/step-up',
  uploadAssets: 'POST /v1/assets',
  listAssets: 'GET /v1/assets',
  getAsset: 'GET /v1/assets/{assetId}',
  updateAsset: 'PATCH /v1/assets/{assetId}',
  deleteAsset: 'DELETE /v1/assets/{assetId}',
  getAssetUrl: 'GET /v1/assets/{assetId}/url',
  bulkDeleteAssets: 'POST /v1/assets/bulk-delete',
  createApiKey: 'POST /v1/users/me/api-keys',
  listApiKeys: 'GET /v1/users/me/api-keys',
  updateApiKey: 'PATCH /v1/users/me/api-keys/{keyId}',
  deleteApiKey: 'DELETE /v1/users/me/api-keys/{keyId}',
  rotateApiKey: 'POST /v1/users/me/api-keys/{keyId}/rotate',
  adminListUsers: 'GET /v1/admin/users',
  adminGetUser: 'GET /v1/admin/users/{userId}',
  adminUpdateUser: 'PATCH /v1/admin/users/{userId}',
  adminDeleteUser: 'DELETE /v1/admin/users/{userId}',
  adminRevokeSessions: 'DELETE /v1/admin/users/{userId}/sessions',
  adminResetFactors: 'DELETE /v1/admin/users/{userId}/factors',
  adminListInvitations: 'GET /v1/admin/invitations',
  adminCreateInvitation: 'POST /v1/admin/invitations',
  adminResendInvitation: 'POST /v1/admin/invitations/{invitationId}/resend',
  adminDeleteInvitation: 'DELETE /v1/admin/invitations/{invitationId}',
  adminListAssets: 'GET /v1/admin/assets',
  adminGetAsset: 'GET /v1/admin/assets/{assetId}',
  adminDeleteAsset: 'DELETE /v1/admin/assets/{assetId}',
  adminBulkDeleteAssets: 'POST /v1/admin/assets/bulk-delete',
  adminListAuditEvents: 'GET /v1/admin/audit-events',
  adminExportAuditEvents: 'GET /v1/admin/audit-events/export',
  adminListMails: 'GET /v1/admin/mails',
  adminResendMail: 'POST /v1/admin/mails/{mailId}/resend',
  adminGetStatistics: 'GET /v1/admin/statistics',
  adminListApiKeys: 'GET /v1/admin/api-keys',
  adminDeleteApiKey: 'DELETE /v1/admin/api-keys/{keyId}',
  adminListServiceAccounts: 'GET /v1/admin/service-accounts',
  adminCreateServiceAccount: 'POST /v1/admin/service-accounts',
  adminGetServiceAccount: 'GET /v1/admin/service-accounts/{accountId}',
  adminUpdateServiceAccount: 'PATCH /v1/admin/service-accounts/{accountId}',
  adminDeleteServiceAccount: 'DELETE /v1/admin/service-accounts/{accountId}',
  adminCreateServiceAccountKey: 'POST /v1/admin/service-accounts/{accountId}/api-keys',
  adminListWebhooks: 'GET /v1/admin/webhooks',
  adminCreateWebhook: 'POST /v1/admin/webhooks',
  adminGetWebhook: 'GET /v1/admin/webhooks/{webhookId}',
  adminUpdateWebhook: 'PATCH /v1/admin/webhooks/{webhookId}',
  adminDeleteWebhook: 'DELETE /v1/admin/webhooks/{webhookId}',
  adminRotateWebhookSecret: 'POST /v1/admin/webhooks/{webhookId}/rotate-secret',
  adminTestWebhook: 'POST /v1/admin/webhooks/{webhookId}/test',
  adminListDeliveries: 'GET /v1/admin/webhooks/{webhookId}/deliveries',
  adminRedeliver: 'POST /v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
  getLiveness: 'GET /health/live',
  getReadiness: 'GET /health/ready',
  getJwks: 'GET /.well-known/jwks.json',
} as const satisfies Record<keyof Operations, string>

/** The operations that need no access token. */
export const open: readonly string[] = [
  'register',
  'verifyRegistration',
  'acceptInvitation',
  'login',
  'verifyLogin',
  'resendCode',
  'beginPasskeyLogin',
  'verifyPasskeyLogin',
  'refreshToken',
  'logout',
  'forgotPassword',
  'verifyPasswordReset',
  'resetPassword',
  'getLiveness',
  'getReadiness',
  'getJwks',
]

export type ProblemCode =
  | 'API_KEY_INVALID'
  | 'DATABASE_UNAVAILABLE'
  | 'EMAIL_NOT_ALLOWED'
  | 'EMAIL_TAKEN'
  | 'FACTOR_EXISTS'
  | 'FACTOR_REQUIRED'
  | 'FILE_MISSING'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INTERNAL_ERROR'
  | 'INVALID_CODE'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_CURSOR'
  | 'INVALID_FILTER'
  | 'INVALID_REFRESH_TOKEN'
  | 'INVALID_RESET_TOKEN'
  | 'INVITATION_ENDED'
  | 'INVITATION_EXISTS'
  | 'LAST_ADMINISTRATOR'
  | 'LAST_FACTOR'
  | 'MALFORMED_REQUEST'
  | 'NOT_FOUND'
  | 'ORIGIN_NOT_ALLOWED'
  | 'OVERLOADED'
  | 'PASSWORD_TOO_WEAK'
  | 'PAYLOAD_TOO_LARGE'
  | 'PRECONDITION_FAILED'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'REGISTRATION_CLOSED'
  | 'REQUEST_IN_PROGRESS'
  | 'SCOPE_MISSING'
  | 'SESSION_REQUIRED'
  | 'STEP_UP_REQUIRED'
  | 'STORAGE_FAILED'
  | 'STORAGE_TIMEOUT'
  | 'STORAGE_UNAVAILABLE'
  | 'TOKEN_INVALID'
  | 'TOO_MANY_CODES'
  | 'TOO_MANY_FAILURES'
  | 'TOO_MANY_PIXELS'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'VALIDATION_FAILED'
  | 'WEBHOOK_DISABLED'
  | 'WEBHOOK_URL_NOT_ALLOWED'
