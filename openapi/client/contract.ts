// Generated from openapi/openapi.json by `npm run openapi`.
export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public keys of access tokens
         * @description The keys by which other services verify access tokens. Nothing is here where tokens are signed with a shared secret.
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
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers
         * @description Asks nothing of the services behind it.
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
         * Whether requests can be served
         * @description Fails only where the database does not answer or lacks an index that it relies on, or the process is stopping: without mail or the file store most of the API still works. What is told of those two is the outcome of their last use.
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
    "/v1/admin/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit events
         * @description What happened to accounts, sessions, permissions and files, newest first. Needs the permission `audit:read`.
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
    "/v1/admin/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the queued mail
         * @description Newest first. Neither contents nor addresses are shown. Needs the permission `mails:read`.
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
    "/v1/admin/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the statistics
         * @description Counted afresh at each call. Needs the permission `users:read`.
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
         * Delete several files, or all of somebody's
         * @description Deletes each for itself, and tells of each what became of it; all files of an account in the background. Needs the permission `assets:delete`.
         */
        post: operations["adminBulkDeleteAssets"];
        delete?: never;
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
         * List everybody's files
         * @description A page of the files of all accounts, or of one. Needs the permission `assets:read`.
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
         * Get anybody's file
         * @description What is known of a file. Answers 304 where If-None-Match holds its ETag. Needs the permission `assets:read`.
         */
        get: operations["adminGetAsset"];
        put?: never;
        post?: never;
        /**
         * Delete anybody's file
         * @description Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is removed later. If-Match guards against a change made meanwhile. Needs the permission `assets:delete`.
         */
        delete: operations["adminDeleteAsset"];
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
         * Send a mail again
         * @description Makes a mail that has failed or waits due now. One that was sent or has expired is not found: its content is erased. Needs the permission `mails:write`.
         */
        post: operations["adminResendMail"];
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
         * List the accounts
         * @description Accounts that are being deleted are not listed. Needs the permission `users:read`.
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
         * @description The ETag is that of the account, whatever becomes of its sessions and files. Answers 304 where If-None-Match holds it. Needs the permission `users:read`.
         */
        get: operations["adminGetUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. To delete an administrator takes the role `admin` and the caller's own password; the own account takes the password too. If-Match guards against a change made meanwhile. Needs the permission `users:delete`.
         */
        delete: operations["adminDeleteUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Takes effect at the next call of the account. The owner is told by mail. A change of role or permissions, and any change of an administrator, takes the role `admin` and the caller's own password; nobody extends their own rights. The last active administrator stays one. If-Match guards against a change made meanwhile. Needs the permission `users:write`.
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
         * @description Ends every session, and every sign-in that has begun. For an administrator it takes the role `admin` and the caller's own password. Needs the permission `users:write`.
         */
        delete: operations["adminRevokeSessions"];
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
         * Delete several files of the own
         * @description Deletes each for itself, and tells of each what became of it.
         */
        post: operations["bulkDeleteAssets"];
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
         * List the own files
         * @description A page of the caller's files.
         */
        get: operations["listAssets"];
        put?: never;
        /**
         * Upload files
         * @description Keeps all files of the request or none. The declared type, the extension and the bytes of each must agree. Text fields come before the files. Metadata is removed from images, unless the server is set up otherwise: only their orientation and colour profile stay, and what follows the image in a JPEG is cut off.
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
         * Get a file of the own
         * @description What is known of a file. Answers 304 where If-None-Match holds its ETag.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete a file of the own
         * @description Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is removed later. If-Match guards against a change made meanwhile.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        /**
         * Rename or retag a file of the own
         * @description Changes what is shown of a file. If-Match guards against a change made meanwhile.
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
         * Get the address of a file
         * @description For a private file it is a signed one, which works for five minutes.
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
         * Begin a sign-in
         * @description Checks the password and mails a code. An unknown, a suspended account and a wrong password look alike.
         */
        post: operations["login"];
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
         * End every session
         * @description Ends every session of the caller, or every other. Their access tokens are refused from the next call on.
         */
        post: operations["logoutEverywhere"];
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
         * End the session
         * @description Ends the session that the refresh token or the access token belongs to. A dead token is answered alike.
         */
        post: operations["logout"];
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
         * Refresh the tokens
         * @description Replaces the refresh token. For ten seconds the replaced one yields the same successor again, for tabs that refresh at once and answers that were lost; presented later, it ends the session.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
         * Begin a registration
         * @description Mails a code to the address; the account comes to be when the code is verified. The answer is the same where the address has an account already: its owner then gets a notice instead of a code. A form may carry an image, `avatar`.
         */
        post: operations["register"];
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
         * Mail a new code
         * @description The code before it is dead; the attempts that were made at the challenge still count.
         */
        post: operations["resendCode"];
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
         * Finish a sign-in
         * @description Checks the mailed code and begins a session. The owner is told by mail.
         */
        post: operations["verifyLogin"];
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
         * Ask for a reset code
         * @description Mails a code where the address has an active account. The answer is the same where it has none.
         */
        post: operations["forgotPassword"];
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
         * Set a new password
         * @description Sets the password, ends every session and tells the owner by mail. Nobody is signed in. A password that is refused uses up no token.
         */
        post: operations["resetPassword"];
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
         * Trade the reset code for a reset token
         * @description Checks the mailed code. The token sets a new password once; it signs nobody in.
         */
        post: operations["verifyPasswordReset"];
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
         * Finish a registration
         * @description Checks the mailed code and makes the account. Nobody is signed in by this. Where the file store fails, the avatar follows later.
         */
        post: operations["verifyRegistration"];
        delete?: never;
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
         * List what happened to the own account
         * @description What the caller did, and what was done to the account, newest first. From where an administrator acted is not shown.
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
    "/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the own account
         * @description The account of the caller. Answers 304 where If-None-Match holds its ETag.
         */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        /**
         * Delete the own account
         * @description Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. The last active administrator cannot go. If-Match guards against a change made meanwhile.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /**
         * Change the own account
         * @description Changes what the caller may change of the account. If-Match guards against a change made meanwhile.
         */
        patch: operations["updateProfile"];
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
         * Begin a change of the e-mail address
         * @description Mails a code to the new address; nothing changes until it is verified. The answer is the same where that address has an account already; then no code comes.
         */
        post: operations["changeEmail"];
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
         * Export the own account
         * @description All that is stored of the caller, as one document; no secret is in it.
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
    "/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the password
         * @description Sets a new password by the current one, ends every other session and tells the owner by mail.
         */
        put: operations["changePassword"];
        post?: never;
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
         * List the signed-in devices
         * @description The sessions of the caller that have not expired, newest first.
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
    "/v1/users/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the profile image
         * @description Keeps the image upright, as WebP of at most 512 pixels either way and 100 KiB, without metadata; the one before is removed.
         */
        put: operations["putAvatar"];
        post?: never;
        /**
         * Remove the profile image
         * @description Removes the image, from the store too. Where there is none, nothing happens.
         */
        delete: operations["deleteAvatar"];
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
         * Finish a change of the e-mail address
         * @description Checks the mailed code. The address before is told by mail; sessions stay.
         */
        post: operations["verifyEmailChange"];
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
         * Sign a device out
         * @description Ends one session of the caller; its tokens are refused from the next call on.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A code has been mailed; this names what it belongs to. */
        Challenge: {
            /**
             * @description To be sent back with the mailed code.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * Format: date-time
             * @description When the code expires; the challenge itself lives longer, for a new code.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When a new code may be asked for.
             */
            resendAvailableAt: string;
        };
        /** @description The account that came to be. */
        Registered: {
            user: components["schemas"]["User"];
        };
        /** @description The leave to set a new password. */
        ResetToken: {
            /**
             * @description Sets a new password, once.
             * @example uJ8mVw2Rk5T1yQx7Lz3BfA
             */
            resetToken: string;
            /**
             * Format: date-time
             * @description When the token expires.
             */
            expiresAt: string;
        };
        /** @description A signed-in device. */
        Session: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            id: string;
            /**
             * Format: date-time
             * @description When this device signed in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it last refreshed.
             */
            lastUsedAt: string;
            /**
             * Format: date-time
             * @description When it ends unless it is used.
             */
            expiresAt: string;
            /** @example Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0 */
            userAgent: string;
            /** @example 203.0.113.7 */
            ip: string;
            /** @description Whether this call belongs to it. */
            current: boolean;
        };
        /** @description A session: what to call with, and how long. */
        Tokens: {
            /**
             * @description A JWT for the Authorization header.
             * @example eyJhbGciOiJIUzI1NiJ9.e30.…
             */
            accessToken: string;
            /** @enum {string} */
            tokenType: "Bearer";
            /**
             * @description Seconds until the access token expires.
             * @example 900
             */
            expiresIn: number;
            /**
             * @description Only with delivery `body`; otherwise it is in the httpOnly cookie `__Host-refresh`.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
            /**
             * Format: date-time
             * @description The earlier of the idle and the absolute expiry of the session.
             */
            refreshTokenExpiresAt: string;
            user: components["schemas"]["User"];
        };
        /** @description An account. */
        User: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            id: string;
            /**
             * @description Trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /** @example Ada Lovelace */
            name: string;
            /** @enum {string} */
            role: "user" | "admin";
            /** @description Granted by name, beyond those of the role. */
            permissions: ("users:read" | "users:write" | "users:delete" | "assets:read" | "assets:delete" | "audit:read" | "mails:read" | "mails:write")[];
            /** @enum {string} */
            status: "active" | "suspended";
            /** @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp */
            avatarUrl: string | null;
            /**
             * Format: date-time
             * @description When the account came to be.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When anything shown here last changed.
             */
            updatedAt: string;
        };
        /** @description A page of a list. */
        MailPage: {
            items: components["schemas"]["Mail"][];
            /**
             * @description For the page after this; null on the last. The Link header with rel="next" says the same.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description A queued mail; neither its content nor its address is shown. */
        Mail: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            id: string;
            /** @example login-code */
            template: string;
            /** @enum {string} */
            state: "waiting" | "sent" | "failed" | "expired";
            /** @description Attempts so far. */
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            /** @description When it is next tried, where it waits. */
            nextAttemptAt: string | null;
            /**
             * @description Why the last attempt failed.
             * @example ETIMEDOUT
             */
            lastError: string | null;
        };
        StatisticsUsers: {
            /** @description Accounts that can sign in. */
            active: number;
            /** @description Accounts that cannot. */
            suspended: number;
        };
        StatisticsAssets: {
            /** @description Files, avatars aside. */
            count: number;
            /** @description Bytes of these files. */
            bytes: number;
        };
        StatisticsMails: {
            /** @description Mails to be sent. */
            waiting: number;
            /** @description Mails that could not be sent. */
            failed: number;
        };
        /** @description How much there is of everything. */
        Statistics: {
            users: components["schemas"]["StatisticsUsers"];
            assets: components["schemas"]["StatisticsAssets"];
            mails: components["schemas"]["StatisticsMails"];
            /** @description Devices that are signed in. */
            sessions: number;
        };
        /** @description An account, and what it amounts to. */
        UserDetails: {
            user: components["schemas"]["User"];
            /** @description Devices that are signed in. */
            sessionCount: number;
            /** @description Files, avatars aside. */
            assetCount: number;
            /** @description Bytes of these files. */
            assetBytes: number;
            /** @description When a session last began. */
            lastLoginAt: string | null;
        };
        /** @description A page of a list. */
        UserPage: {
            items: components["schemas"]["User"][];
            /**
             * @description For the page after this; null on the last. The Link header with rel="next" says the same.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
            /**
             * @description All items, only where `total=true` asks for it.
             * @example 42
             */
            total?: number;
        };
        /** @description A page of a list. */
        AssetPage: {
            items: components["schemas"]["Asset"][];
            /**
             * @description For the page after this; null on the last. The Link header with rel="next" says the same.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
            /**
             * @description All items, only where `total=true` asks for it.
             * @example 42
             */
            total?: number;
        };
        /** @description A file and what is known of it. */
        Asset: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            id: string;
            /** @example 66f2a1b7c3d4e5f60718293a */
            ownerId: string;
            /**
             * @description As the client named it, fit to be shown.
             * @example lake.jpg
             */
            filename: string;
            /** @example image/jpeg */
            contentType: string;
            /**
             * @description The file store's kind of file.
             * @enum {string}
             */
            resourceType: "image" | "video" | "raw";
            /**
             * @description Of what secureUrl serves.
             * @example 482133
             */
            bytes: number;
            /**
             * @description Pixels, before the orientation is applied.
             * @example 1600
             */
            width?: number;
            /** @example 1200 */
            height?: number;
            /**
             * @description SHA-256 of what secureUrl serves, in hex.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            checksum: string;
            /**
             * @description Its name in the file store.
             * @example coffer-1f2e3d4c/9a8b7c
             */
            publicId: string;
            /**
             * @description Null where the file is private.
             * @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg
             */
            secureUrl: string | null;
            /**
             * @description Of a public image: at most 320 pixels either way.
             * @example https://res.cloudinary.com/demo/image/upload/c_limit,h_320,w_320/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg
             */
            thumbnailUrl?: string;
            /**
             * @description Whether anybody who knows its address can open the file, or it takes a signed one that expires.
             * @enum {string}
             */
            visibility: "public" | "private";
            tags: string[];
            /**
             * Format: date-time
             * @description When it was uploaded.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When anything shown here last changed.
             */
            updatedAt: string;
        };
        /** @description Where a file can be opened. */
        AssetUrl: {
            /** @example https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg */
            url: string;
            /**
             * Format: date-time
             * @description Until when it works; absent where it always does.
             */
            expiresAt?: string;
        };
        /** @description What became of each id. */
        BulkDeleted: {
            deleted: string[];
            /** @example [] */
            notFound: string[];
            /**
             * @description Gone for every reader, but the store keeps the file until it can be removed.
             * @example []
             */
            failed: string[];
        };
        /** @description The files of one upload, in its order. */
        Uploaded: {
            items: components["schemas"]["Asset"][];
        };
        /** @description A page of a list. */
        AuditEventPage: {
            items: components["schemas"]["AuditEvent"][];
            /**
             * @description For the page after this; null on the last. The Link header with rel="next" says the same.
             * @example eyJ2IjoxfQ
             */
            nextCursor: string | null;
        };
        /** @description What else there is to know of this action. */
        AuditEventDetails: {
            [key: string]: unknown;
        };
        /** @description Something that happened to an account, a session, a permission or an asset. */
        AuditEvent: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            id: string;
            /** Format: date-time */
            at: string;
            /**
             * @description What was done, such as `login.succeeded`; more may come.
             * @example login.succeeded
             */
            action: string;
            /**
             * @description Who did it; null for somebody who was not signed in, and for the command line.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            actorId: string | null;
            /**
             * @description The account or the object that it was done to.
             * @example 66f2a1b7c3d4e5f60718293a
             */
            targetId: string | null;
            /** @enum {string} */
            outcome: "success" | "failure";
            /**
             * @description From where it was asked for.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description As the request said.
             * @example Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0
             */
            userAgent: string | null;
            /**
             * @description The X-Request-Id of the request.
             * @example 0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55
             */
            requestId: string | null;
            details: components["schemas"]["AuditEventDetails"];
        };
        /** @description A JSON Web Key Set (RFC 7517, 5). */
        KeySet: {
            keys: components["schemas"]["PublicKey"][];
        };
        /** @description The process answers. */
        Liveness: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description A JSON Web Key (RFC 7517). */
        PublicKey: {
            /** @example OKP */
            kty: string;
            /** @example Ed25519 */
            crv: string;
            /** @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo */
            x: string;
            /**
             * @description Of a key on P-256.
             * @example x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0
             */
            y?: string;
            /**
             * @description Named by the header of a token.
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /** @example EdDSA */
            alg: string;
            /** @example sig */
            use: string;
        };
        ReadinessChecks: {
            /** @enum {string} */
            database: "ok" | "unavailable";
            /** @enum {string} */
            mail: "ok" | "unavailable";
            /** @enum {string} */
            storage: "ok" | "unavailable";
        };
        /**
         * @description Whether requests can be served; mail and files may be down meanwhile.
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
            /** @enum {string} */
            status: "ok" | "unavailable";
            /**
             * @description Why not; indexes that are missing are made by `npm run migrate`.
             * @enum {string}
             */
            reason?: "database-unreachable" | "indexes-missing" | "stopping";
            checks: components["schemas"]["ReadinessChecks"];
        };
        /** @description All that is stored of an account, without its secrets. */
        AccountExport: {
            user: components["schemas"]["User"];
            sessions: components["schemas"]["Session"][];
            /** @description Avatars included. */
            assets: components["schemas"]["Asset"][];
            /** @description Newest first. */
            activity: components["schemas"]["AuditEvent"][];
        };
        /** @description The signed-in devices, newest first. */
        SessionList: {
            items: components["schemas"]["Session"][];
        };
        /** @description What is wrong in one place of a request. */
        FieldError: {
            /**
             * @description A JSON pointer (RFC 6901) to the offending value.
             * @example /email
             */
            pointer: string;
            /**
             * @description The rule that was broken.
             * @example maxLength
             */
            code: string;
            /** @example must NOT have more than 254 characters */
            message: string;
        };
        /** @description An error, as RFC 9457 problem details. */
        Problem: {
            /** @description A URI that names the kind of problem. */
            type: string;
            /** @description A short summary of the kind of problem. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What went wrong this time. */
            detail: string;
            /** @description The path of the request. */
            instance: string;
            /** @description The stable code to switch on. */
            code: string;
            /** @description Names this request in the logs; also in X-Request-Id. */
            requestId: string;
            /** @description The findings of a validation, each with its place. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** AssetIds */
        AssetIds: {
            ids: string[];
        };
        /** AssetsOfOwner */
        AssetsOfOwner: {
            /** @example 66f2a1b7c3d4e5f60718293a */
            ownerId: string;
        };
        AdminBulkDeleteAssetsRequest: components["schemas"]["AssetIds"] | components["schemas"]["AssetsOfOwner"];
        AdminDeleteUserRequest: {
            /**
             * @description The caller's own password, for a step-up.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminUpdateUserRequest: {
            /**
             * @description `suspended` ends every session.
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @enum {string} */
            role?: "user" | "admin";
            /** @description All that are granted by name from now on. */
            permissions?: ("users:read" | "users:write" | "users:delete" | "assets:read" | "assets:delete" | "audit:read" | "mails:read" | "mails:write")[];
            /** @description true lifts the throttles that failed attempts have set. */
            unlock?: boolean;
            /**
             * @description The caller's own password, for a step-up.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        AdminRevokeSessionsRequest: {
            /**
             * @description The caller's own password, for a step-up.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        BulkDeleteAssetsRequest: {
            ids: string[];
        };
        UploadAssetsForm: {
            /** @description Labels; one that is repeated counts once. */
            tags?: string[];
            /**
             * @description Whether anybody who knows its address can open the file, or it takes a signed one that expires.
             * @enum {string}
             */
            visibility?: "public" | "private";
            /** @description One or more files. */
            file?: Blob[];
        };
        UpdateAssetRequest: {
            /** @example lake at noon.jpg */
            filename?: string;
            /** @description Labels; one that is repeated counts once. */
            tags?: string[];
        };
        LoginRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            password: string;
        };
        LogoutEverywhereRequest: {
            /**
             * @description Whether the session of this call stays.
             * @default false
             */
            keepCurrent?: boolean;
        };
        LogoutRequest: {
            /**
             * @description The refresh token, from a client that keeps it itself; not along with the cookie.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
        };
        RefreshTokenRequest: {
            /**
             * @description The refresh token, from a client that keeps it itself; not along with the cookie.
             * @example cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu
             */
            refreshToken?: string;
        };
        RegisterRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            password: string;
            /**
             * @description A name, kept verbatim.
             * @example Ada Lovelace
             */
            name: string;
        };
        RegisterForm: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            password: string;
            /**
             * @description A name, kept verbatim.
             * @example Ada Lovelace
             */
            name: string;
            /** Format: binary */
            avatar?: Blob;
        };
        ResendCodeRequest: {
            /**
             * @description The challengeId of the first step.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
        };
        VerifyLoginRequest: {
            /**
             * @description The challengeId of the first step.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six digits from the mail.
             * @example 314159
             */
            code: string;
            /**
             * @description `cookie`: the refresh token travels in an httpOnly cookie only; `body`: in the answer, for clients that are no browsers.
             * @default cookie
             * @enum {string}
             */
            delivery?: "cookie" | "body";
        };
        ForgotPasswordRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
        };
        ResetPasswordRequest: {
            /**
             * @description The resetToken of the step before.
             * @example uJ8mVw2Rk5T1yQx7Lz3BfA
             */
            resetToken: string;
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            newPassword: string;
        };
        VerifyPasswordResetRequest: {
            /**
             * @description The challengeId of the first step.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six digits from the mail.
             * @example 314159
             */
            code: string;
        };
        VerifyRegistrationRequest: {
            /**
             * @description The challengeId of the first step.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six digits from the mail.
             * @example 314159
             */
            code: string;
        };
        DeleteAccountRequest: {
            /**
             * @description The caller's own password, for a step-up.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        UpdateProfileRequest: {
            /**
             * @description A name, kept verbatim.
             * @example Ada Lovelace
             */
            name?: string;
        };
        ChangeEmailRequest: {
            /**
             * @description An e-mail address. It is trimmed and lower-cased.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description The caller's own password, for a step-up.
             * @example a river runs through it
             */
            currentPassword?: string;
        };
        ChangePasswordRequest: {
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            currentPassword: string;
            /**
             * @description A password of at most 256 code points, compared after Unicode normalisation (NFC).
             * @example a river runs through it
             */
            newPassword: string;
        };
        PutAvatarForm: {
            /** Format: binary */
            file: Blob;
        };
        VerifyEmailChangeRequest: {
            /**
             * @description The challengeId of the first step.
             * @example kq3Yl0v9Qm5b2XW8Zr7TnA
             */
            challengeId: string;
            /**
             * @description The six digits from the mail.
             * @example 314159
             */
            code: string;
        };
    };
    responses: never;
    parameters: {
        /** @description An ETag; where the object still has it, the answer is 304 without a body. */
        "If-None-Match": string;
        /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
        "If-Match": string;
        /** @description Names this request in the logs. Every operation takes it. */
        "X-Request-Id": string;
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in the logs; taken from the request where it is well formed. */
        "X-Request-Id": string;
        /** @description Seconds until a retry makes sense. */
        "Retry-After": number;
        /** @description Names what the object shows, for If-None-Match and If-Match. */
        ETag: string;
        /** @description The next page, with `rel="next"`; absent on the last. */
        Link: string;
        /** @description What is left of the limit, where one is set (draft-ietf-httpapi-ratelimit-headers). */
        RateLimit: string;
        /** @description The limit, where one is set (draft-ietf-httpapi-ratelimit-headers). */
        "RateLimit-Policy": string;
        /** @description The cookie `__Host-refresh`, where the session is kept in one. */
        "Set-Cookie": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
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
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
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
            /** @description Requests can be served. */
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
    adminListAuditEvents: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
                /** @description Only what this account did. */
                actorId?: string;
                /** @description Only what was done to this account or object. */
                targetId?: string;
                /** @description What was done. */
                action?: "account.registered" | "account.registration-requested" | "account.imported" | "account.updated" | "account.email-change-requested" | "account.email-changed" | "account.exported" | "account.deleted" | "password.changed" | "password.reset-requested" | "password.reset" | "password.refused" | "login.succeeded" | "login.failed" | "code.refused" | "session.ended" | "sessions.ended" | "session.token-reused" | "access.denied" | "throttle.reached" | "asset.uploaded" | "asset.updated" | "asset.deleted" | "asset.file-missing" | "admin.user-updated" | "admin.user-unlocked" | "admin.sessions-revoked" | "admin.user-deleted" | "admin.asset-deleted" | "admin.assets-deleted" | "admin.mail-resent" | "admin.appointed";
                /** @description Only from this time on. */
                from?: string;
                /** @description Only before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
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
    adminListMails: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
                state?: "waiting" | "sent" | "failed" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of mails. */
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
    adminGetStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How much there is of everything. */
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
            /** @description Each id is in one of the three lists. */
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
            /** @description The account's files are being deleted. */
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
    adminListAssets: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
                /** @description Whether to count all items. */
                total?: boolean;
                /** @description The order; `-` is descending. */
                sort?: "createdAt" | "-createdAt" | "filename" | "-filename" | "bytes" | "-bytes";
                /** @description A MIME type, or its first half. */
                type?: string;
                /**
                 * @description A label of the own choice.
                 * @example holiday
                 */
                tag?: string;
                /**
                 * @description How the file name begins, in whatever case.
                 * @example lake
                 */
                q?: string;
                /** @description Whose files. */
                ownerId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
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
                /** @description An ETag; where the object still has it, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Unchanged. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is gone. */
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
    adminResendMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mail is due. */
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
    adminListUsers: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
                /** @description The order; `-` is descending. */
                sort?: "createdAt" | "-createdAt" | "email" | "-email" | "name" | "-name";
                role?: "user" | "admin";
                status?: "active" | "suspended";
                /** @description How the e-mail address or the name begins, in whatever case. */
                q?: string;
                /** @description Whether to count all items. */
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
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
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
                /** @description An ETag; where the object still has it, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, and what it amounts to. */
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
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "sessionCount": 0,
                     *       "assetCount": 0,
                     *       "assetBytes": 0,
                     *       "lastLoginAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["UserDetails"];
                };
            };
            /** @description Unchanged. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
            /** @description The account is gone, and what belongs to it is being removed. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
                 *       "unlock": false,
                 *       "currentPassword": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["AdminUpdateUserRequest"];
            };
        };
        responses: {
            /** @description The account as it is now. */
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
    adminRevokeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
            /** @description The sessions are gone. */
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
            /** @description Each id is in one of the three lists. */
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
    listAssets: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
                /** @description Whether to count all items. */
                total?: boolean;
                /** @description The order; `-` is descending. */
                sort?: "createdAt" | "-createdAt" | "filename" | "-filename" | "bytes" | "-bytes";
                /** @description A MIME type, or its first half. */
                type?: string;
                /**
                 * @description A label of the own choice.
                 * @example holiday
                 */
                tag?: string;
                /**
                 * @description How the file name begins, in whatever case.
                 * @example lake
                 */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
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
                /**
                 * @description Makes it safe to repeat a request whose answer was lost: for 24 hours the same key with the same content gets the first 201 again, and nothing is kept a second time. A new one, such as a UUID, for each upload; one that was refused frees its key.
                 * @example 8e03978e-40d5-43e8-bc93-6894a57f9324
                 */
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
            /** @description All files are kept. */
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
                /** @description An ETag; where the object still has it, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Unchanged. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is gone. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path: {
                /** @example 66f2a1b7c3d4e5f60718293a */
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
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UpdateAssetRequest"];
            };
        };
        responses: {
            /** @description The file as it is now. */
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
                /** @example 66f2a1b7c3d4e5f60718293a */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address. */
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
                 *       "password": "a river runs through it"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The password is right; a code is on its way. */
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
            /** @description The sessions are gone. */
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
            /** @description The session is gone, the cookie expired. */
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
            /** @description New tokens, delivered as the old came. */
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
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request in the logs. Every operation takes it. */
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
                "multipart/form-data": components["schemas"]["RegisterForm"];
            };
        };
        responses: {
            /** @description A code is on its way. */
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
            /** @description The same challenge, with a new code. */
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
                 *       "code": "314159",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyLoginRequest"];
            };
        };
        responses: {
            /** @description Signed in. */
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
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["ForgotPasswordRequest"];
            };
        };
        responses: {
            /** @description A code is on its way if there is such an account. */
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
            /** @description The password is set; every session is gone. */
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
            /** @description The token for the next step. */
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
    listActivity: {
        parameters: {
            query?: {
                /** @description Most items of a page. */
                limit?: number;
                /** @description The nextCursor of the page before; the other parameters must be the same, but for limit and total. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
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
    getProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; where the object still has it, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
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
                     *       "createdAt": "2026-01-31T09:30:00.000Z",
                     *       "updatedAt": "2026-01-31T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Unchanged. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
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
            /** @description The account is gone, and what belongs to it is being removed. */
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
                /** @description An ETag; where the object has another by now, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["If-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProfileRequest"];
            };
        };
        responses: {
            /** @description The account as it is now. */
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
            /** @description A code is on its way to the new address. */
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
                     *         "createdAt": "2026-01-31T09:30:00.000Z",
                     *         "updatedAt": "2026-01-31T09:30:00.000Z"
                     *       },
                     *       "sessions": [
                     *         {
                     *           "id": "66f2a1b7c3d4e5f60718293a",
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "lastUsedAt": "2026-01-31T09:30:00.000Z",
                     *           "expiresAt": "2026-01-31T09:30:00.000Z",
                     *           "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
                     *           "ip": "203.0.113.7",
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
                     *           "createdAt": "2026-01-31T09:30:00.000Z",
                     *           "updatedAt": "2026-01-31T09:30:00.000Z"
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
            /** @description The password is changed. */
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
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
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
                     *           "current": false
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
            /** @description The account with its image. */
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
            /** @description There is no profile image. */
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
            /** @description The account with its new address. */
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
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is gone. */
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
}

/** Every operation, by its operationId. */
export interface Operations {
  /** `GET /.well-known/jwks.json`: Get the public keys of access tokens. The keys by which other services verify access tokens. Nothing is here where tokens are signed with a shared secret. */
  getJwks: operations['getJwks']
  /** `GET /health/live`: Whether the process answers. Asks nothing of the services behind it. */
  getLiveness: operations['getLiveness']
  /** `GET /health/ready`: Whether requests can be served. Fails only where the database does not answer or lacks an index that it relies on, or the process is stopping: without mail or the file store most of the API still works. What is told of those two is the outcome of their last use. */
  getReadiness: operations['getReadiness']
  /** `GET /v1/admin/audit-events`: List the audit events. What happened to accounts, sessions, permissions and files, newest first. Needs the permission `audit:read`. */
  adminListAuditEvents: operations['adminListAuditEvents']
  /** `GET /v1/admin/mails`: List the queued mail. Newest first. Neither contents nor addresses are shown. Needs the permission `mails:read`. */
  adminListMails: operations['adminListMails']
  /** `GET /v1/admin/statistics`: Get the statistics. Counted afresh at each call. Needs the permission `users:read`. */
  adminGetStatistics: operations['adminGetStatistics']
  /** `POST /v1/admin/assets/bulk-delete`: Delete several files, or all of somebody's. Deletes each for itself, and tells of each what became of it; all files of an account in the background. Needs the permission `assets:delete`. */
  adminBulkDeleteAssets: operations['adminBulkDeleteAssets']
  /** `GET /v1/admin/assets`: List everybody's files. A page of the files of all accounts, or of one. Needs the permission `assets:read`. */
  adminListAssets: operations['adminListAssets']
  /** `DELETE /v1/admin/assets/{assetId}`: Delete anybody's file. Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is removed later. If-Match guards against a change made meanwhile. Needs the permission `assets:delete`. */
  adminDeleteAsset: operations['adminDeleteAsset']
  /** `GET /v1/admin/assets/{assetId}`: Get anybody's file. What is known of a file. Answers 304 where If-None-Match holds its ETag. Needs the permission `assets:read`. */
  adminGetAsset: operations['adminGetAsset']
  /** `POST /v1/admin/mails/{mailId}/resend`: Send a mail again. Makes a mail that has failed or waits due now. One that was sent or has expired is not found: its content is erased. Needs the permission `mails:write`. */
  adminResendMail: operations['adminResendMail']
  /** `GET /v1/admin/users`: List the accounts. Accounts that are being deleted are not listed. Needs the permission `users:read`. */
  adminListUsers: operations['adminListUsers']
  /** `DELETE /v1/admin/users/{userId}`: Delete an account. Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. To delete an administrator takes the role `admin` and the caller's own password; the own account takes the password too. If-Match guards against a change made meanwhile. Needs the permission `users:delete`. */
  adminDeleteUser: operations['adminDeleteUser']
  /** `GET /v1/admin/users/{userId}`: Get an account. The ETag is that of the account, whatever becomes of its sessions and files. Answers 304 where If-None-Match holds it. Needs the permission `users:read`. */
  adminGetUser: operations['adminGetUser']
  /** `PATCH /v1/admin/users/{userId}`: Change an account. Takes effect at the next call of the account. The owner is told by mail. A change of role or permissions, and any change of an administrator, takes the role `admin` and the caller's own password; nobody extends their own rights. The last active administrator stays one. If-Match guards against a change made meanwhile. Needs the permission `users:write`. */
  adminUpdateUser: operations['adminUpdateUser']
  /** `DELETE /v1/admin/users/{userId}/sessions`: Sign an account out everywhere. Ends every session, and every sign-in that has begun. For an administrator it takes the role `admin` and the caller's own password. Needs the permission `users:write`. */
  adminRevokeSessions: operations['adminRevokeSessions']
  /** `POST /v1/assets/bulk-delete`: Delete several files of the own. Deletes each for itself, and tells of each what became of it. */
  bulkDeleteAssets: operations['bulkDeleteAssets']
  /** `GET /v1/assets`: List the own files. A page of the caller's files. */
  listAssets: operations['listAssets']
  /** `POST /v1/assets`: Upload files. Keeps all files of the request or none. The declared type, the extension and the bytes of each must agree. Text fields come before the files. Metadata is removed from images, unless the server is set up otherwise: only their orientation and colour profile stay, and what follows the image in a JPEG is cut off. */
  uploadAssets: operations['uploadAssets']
  /** `DELETE /v1/assets/{assetId}`: Delete a file of the own. Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is removed later. If-Match guards against a change made meanwhile. */
  deleteAsset: operations['deleteAsset']
  /** `GET /v1/assets/{assetId}`: Get a file of the own. What is known of a file. Answers 304 where If-None-Match holds its ETag. */
  getAsset: operations['getAsset']
  /** `PATCH /v1/assets/{assetId}`: Rename or retag a file of the own. Changes what is shown of a file. If-Match guards against a change made meanwhile. */
  updateAsset: operations['updateAsset']
  /** `GET /v1/assets/{assetId}/url`: Get the address of a file. For a private file it is a signed one, which works for five minutes. */
  getAssetUrl: operations['getAssetUrl']
  /** `POST /v1/auth/login`: Begin a sign-in. Checks the password and mails a code. An unknown, a suspended account and a wrong password look alike. */
  login: operations['login']
  /** `POST /v1/auth/logout-all`: End every session. Ends every session of the caller, or every other. Their access tokens are refused from the next call on. */
  logoutEverywhere: operations['logoutEverywhere']
  /** `POST /v1/auth/logout`: End the session. Ends the session that the refresh token or the access token belongs to. A dead token is answered alike. */
  logout: operations['logout']
  /** `POST /v1/auth/refresh-token`: Refresh the tokens. Replaces the refresh token. For ten seconds the replaced one yields the same successor again, for tabs that refresh at once and answers that were lost; presented later, it ends the session. */
  refreshToken: operations['refreshToken']
  /** `POST /v1/auth/register`: Begin a registration. Mails a code to the address; the account comes to be when the code is verified. The answer is the same where the address has an account already: its owner then gets a notice instead of a code. A form may carry an image, `avatar`. */
  register: operations['register']
  /** `POST /v1/auth/resend-code`: Mail a new code. The code before it is dead; the attempts that were made at the challenge still count. */
  resendCode: operations['resendCode']
  /** `POST /v1/auth/login/verify`: Finish a sign-in. Checks the mailed code and begins a session. The owner is told by mail. */
  verifyLogin: operations['verifyLogin']
  /** `POST /v1/auth/password/forgot`: Ask for a reset code. Mails a code where the address has an active account. The answer is the same where it has none. */
  forgotPassword: operations['forgotPassword']
  /** `POST /v1/auth/password/reset`: Set a new password. Sets the password, ends every session and tells the owner by mail. Nobody is signed in. A password that is refused uses up no token. */
  resetPassword: operations['resetPassword']
  /** `POST /v1/auth/password/forgot/verify`: Trade the reset code for a reset token. Checks the mailed code. The token sets a new password once; it signs nobody in. */
  verifyPasswordReset: operations['verifyPasswordReset']
  /** `POST /v1/auth/register/verify`: Finish a registration. Checks the mailed code and makes the account. Nobody is signed in by this. Where the file store fails, the avatar follows later. */
  verifyRegistration: operations['verifyRegistration']
  /** `GET /v1/users/me/activity`: List what happened to the own account. What the caller did, and what was done to the account, newest first. From where an administrator acted is not shown. */
  listActivity: operations['listActivity']
  /** `DELETE /v1/users/me`: Delete the own account. Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. The last active administrator cannot go. If-Match guards against a change made meanwhile. */
  deleteAccount: operations['deleteAccount']
  /** `GET /v1/users/me`: Get the own account. The account of the caller. Answers 304 where If-None-Match holds its ETag. */
  getProfile: operations['getProfile']
  /** `PATCH /v1/users/me`: Change the own account. Changes what the caller may change of the account. If-Match guards against a change made meanwhile. */
  updateProfile: operations['updateProfile']
  /** `POST /v1/users/me/email`: Begin a change of the e-mail address. Mails a code to the new address; nothing changes until it is verified. The answer is the same where that address has an account already; then no code comes. */
  changeEmail: operations['changeEmail']
  /** `GET /v1/users/me/export`: Export the own account. All that is stored of the caller, as one document; no secret is in it. */
  exportAccount: operations['exportAccount']
  /** `PUT /v1/users/me/password`: Change the password. Sets a new password by the current one, ends every other session and tells the owner by mail. */
  changePassword: operations['changePassword']
  /** `GET /v1/users/me/sessions`: List the signed-in devices. The sessions of the caller that have not expired, newest first. */
  listSessions: operations['listSessions']
  /** `DELETE /v1/users/me/avatar`: Remove the profile image. Removes the image, from the store too. Where there is none, nothing happens. */
  deleteAvatar: operations['deleteAvatar']
  /** `PUT /v1/users/me/avatar`: Set the profile image. Keeps the image upright, as WebP of at most 512 pixels either way and 100 KiB, without metadata; the one before is removed. */
  putAvatar: operations['putAvatar']
  /** `POST /v1/users/me/email/verify`: Finish a change of the e-mail address. Checks the mailed code. The address before is told by mail; sessions stay. */
  verifyEmailChange: operations['verifyEmailChange']
  /** `DELETE /v1/users/me/sessions/{sessionId}`: Sign a device out. Ends one session of the caller; its tokens are refused from the next call on. */
  revokeSession: operations['revokeSession']
}

export const routes = {
  getJwks: 'GET /.well-known/jwks.json',
  getLiveness: 'GET /health/live',
  getReadiness: 'GET /health/ready',
  adminListAuditEvents: 'GET /v1/admin/audit-events',
  adminListMails: 'GET /v1/admin/mails',
  adminGetStatistics: 'GET /v1/admin/statistics',
  adminBulkDeleteAssets: 'POST /v1/admin/assets/bulk-delete',
  adminListAssets: 'GET /v1/admin/assets',
  adminDeleteAsset: 'DELETE /v1/admin/assets/{assetId}',
  adminGetAsset: 'GET /v1/admin/assets/{assetId}',
  adminResendMail: 'POST /v1/admin/mails/{mailId}/resend',
  adminListUsers: 'GET /v1/admin/users',
  adminDeleteUser: 'DELETE /v1/admin/users/{userId}',
  adminGetUser: 'GET /v1/admin/users/{userId}',
  adminUpdateUser: 'PATCH /v1/admin/users/{userId}',
  adminRevokeSessions: 'DELETE /v1/admin/users/{userId}/sessions',
  bulkDeleteAssets: 'POST /v1/assets/bulk-delete',
  listAssets: 'GET /v1/assets',
  uploadAssets: 'POST /v1/assets',
  deleteAsset: 'DELETE /v1/assets/{assetId}',
  getAsset: 'GET /v1/assets/{assetId}',
  updateAsset: 'PATCH /v1/assets/{assetId}',
  getAssetUrl: 'GET /v1/assets/{assetId}/url',
  login: 'POST /v1/auth/login',
  logoutEverywhere: 'POST /v1/auth/logout-all',
  logout: 'POST /v1/auth/logout',
  refreshToken: 'POST /v1/auth/refresh-token',
  register: 'POST /v1/auth/register',
  resendCode: 'POST /v1/auth/resend-code',
  verifyLogin: 'POST /v1/auth/login/verify',
  forgotPassword: 'POST /v1/auth/password/forgot',
  resetPassword: 'POST /v1/auth/password/reset',
  verifyPasswordReset: 'POST /v1/auth/password/forgot/verify',
  verifyRegistration: 'POST /v1/auth/register/verify',
  listActivity: 'GET /v1/users/me/activity',
  deleteAccount: 'DELETE /v1/users/me',
  getProfile: 'GET /v1/users/me',
  updateProfile: 'PATCH /v1/users/me',
  changeEmail: 'POST /v1/users/me/email',
  exportAccount: 'GET /v1/users/me/export',
  changePassword: 'PUT /v1/users/me/password',
  listSessions: 'GET /v1/users/me/sessions',
  deleteAvatar: 'DELETE /v1/users/me/avatar',
  putAvatar: 'PUT /v1/users/me/avatar',
  verifyEmailChange: 'POST /v1/users/me/email/verify',
  revokeSession: 'DELETE /v1/users/me/sessions/{sessionId}',
} as const satisfies Record<keyof Operations, string>

/** What works without an access token. */
export const open: readonly string[] = [
  'getJwks',
  'getLiveness',
  'getReadiness',
  'login',
  'logout',
  'refreshToken',
  'register',
  'resendCode',
  'verifyLogin',
  'forgotPassword',
  'resetPassword',
  'verifyPasswordReset',
  'verifyRegistration',
]

export type ProblemCode =
  | 'DATABASE_UNAVAILABLE'
  | 'EMAIL_TAKEN'
  | 'FILE_MISSING'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INTERNAL_ERROR'
  | 'INVALID_CODE'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_CURSOR'
  | 'INVALID_REFRESH_TOKEN'
  | 'INVALID_RESET_TOKEN'
  | 'LAST_ADMINISTRATOR'
  | 'MALFORMED_REQUEST'
  | 'NOT_FOUND'
  | 'ORIGIN_NOT_ALLOWED'
  | 'OVERLOADED'
  | 'PASSWORD_TOO_WEAK'
  | 'PAYLOAD_TOO_LARGE'
  | 'PRECONDITION_FAILED'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'REQUEST_IN_PROGRESS'
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
