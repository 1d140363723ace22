/** The introduction of the contract, in Markdown: what holds for every operation. */
export const overview = `People register and sign in with a password and a code sent by e-mail, and keep files. Administrators manage accounts and files.

## Sign-in

1. \`login\` with the e-mail address and the password returns a \`challengeId\` and sends a six-digit code by e-mail.
2. \`verifyLogin\` with the \`challengeId\` and the code returns the tokens.

An account with a second factor gets no mail: \`methods\` in the response of \`login\` names what \`verifyLogin\` accepts, such as \`totp\`.

A new account takes the same two steps: \`register\`, then \`verifyRegistration\`. A code is valid for a few minutes. \`resendCode\` requests another one. An invited person calls \`acceptInvitation\` instead.

## Tokens

Send the \`accessToken\` as \`Authorization: Bearer …\`. It is valid for \`expiresIn\` seconds. \`refreshToken\` returns the next one.

- In a browser, the refresh token is in an httpOnly cookie that your code never sees. The server must allow the origin of your page.
- Anywhere else, ask \`verifyLogin\` for \`delivery\` \`body\`. Each refresh returns a new refresh token: store it before you use the new access token.
  A refresh token that was replaced some time ago ends the session when it is used again.

After 401 \`TOKEN_INVALID\`, refresh and repeat the request once. After 401 \`INVALID_REFRESH_TOKEN\`, sign in again.

## Step-up

Sensitive changes require a step-up, for which a stolen access token is not enough. 403 \`STEP_UP_REQUIRED\` names the \`methods\`. An account without a
second factor sends \`currentPassword\` in the body. Otherwise call \`stepUp\` with a code of the second factor: it is good for some minutes.

A server can require a second factor (\`MFA_REQUIRED\`). A session without it gets 403 \`FACTOR_REQUIRED\`, except from the operations that add one.

## API keys

A program that runs without a person uses an API key: create it with \`createApiKey\`, and send its secret as \`Authorization: Bearer cof_…\` instead of
an access token. There is nothing to refresh. A key has scopes, and never more rights than its owner has at the time of the request. \`x-scope\` of
an operation names the scope that it needs; an operation without one answers 403 \`SESSION_REQUIRED\` to every key. A key without the scope gets 403
\`SCOPE_MISSING\`. 401 \`API_KEY_INVALID\` is final: do not repeat the request.

## Errors

Every error is a problem document (RFC 9457, \`application/problem+json\`). Rely on \`code\`: it is stable, whereas \`title\` and \`detail\` are meant for
people. \`VALIDATION_FAILED\` lists the invalid values in \`errors\`. \`requestId\`, also in \`X-Request-Id\`, identifies the request in the logs of the
server.

## Paging

A list returns \`items\` and \`nextCursor\`. Request the next page with \`cursor\` set to \`nextCursor\` and the other parameters unchanged, until
\`nextCursor\` is null. No item is repeated or skipped while others are added or removed. \`limit\` is 1 to 100.

## Retries

GET and DELETE requests are safe to repeat. Repeat \`uploadAssets\` with the same \`Idempotency-Key\`: nothing is stored twice. After 429 and 503, wait
for the seconds in \`Retry-After\`. After 500, 502, 504 or no response, it is unknown whether the request took effect.

To change an object only if nobody else has changed it, send its \`ETag\` as \`If-Match\`.

## Limits

Requests are limited by API key, otherwise by address; \`RateLimit\` and \`RateLimit-Policy\` tell what is left. Sign-in and codes have stricter limits. A JSON body has at
most 64 KiB.

## Compatibility

Within \`/v1\`, the contract only grows. Operations, optional parameters, properties of responses, values of \`x-extensible-enum\` and error codes may
be added: ignore properties and values that you do not know, and handle an unknown error code by its status. Nothing is removed, and nothing that was
accepted is refused. An operation that will be replaced is marked as \`deprecated\` at least six months before.
`
