import { catalogue, type ProblemCode } from './errors.js'

/** Beyond so many operations a code is nobody's own. */
const MOST_NAMED = 8

interface Contract {
  paths: Record<
    string,
    Record<
      string,
      { operationId: string; responses: Record<string, { content?: Record<string, { examples?: object }> }> }
    >
  >
}

function answeredBy(contract: Contract, code: ProblemCode): string {
  const operations = Object.values(contract.paths).flatMap((methods) => Object.values(methods))
  const names = operations
    .filter(({ responses }) => {
      const content = responses[catalogue[code].status]?.content?.['application/problem+json']
      return code in (content?.examples ?? {})
    })
    .map(({ operationId }) => `\`${operationId}\``)
  if (names.length === 0) return 'any request'
  return names.length > MOST_NAMED ? 'most operations' : names.join(', ')
}

/** The page of all errors, in Markdown. */
export function errorsPage(contract: Contract): string {
  const codes = Object.keys(catalogue) as ProblemCode[]
  const rows = codes.map((code) => {
    const { status, detail } = catalogue[code]
    return `| ${status} | \`${code}\` | ${detail} | ${answeredBy(contract, code)} |`
  })
  return `<!-- Generated from openapi/errors.ts by \`npm run openapi\`. -->
# Errors

Every error is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), \`application/problem+json\`):

\`\`\`json
{
  "type": "urn:problem-type:coffer:VALIDATION_FAILED",
  "title": "${catalogue.VALIDATION_FAILED.title}",
  "status": ${catalogue.VALIDATION_FAILED.status},
  "detail": "${catalogue.VALIDATION_FAILED.detail}",
  "instance": "/v1/auth/login",
  "code": "VALIDATION_FAILED",
  "requestId": "0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55",
  "errors": [{ "pointer": "/email", "code": "required", "message": "must have required property 'email'" }]
}
\`\`\`

- Switch on \`code\`. Codes are stable, and a newer server may have more: treat an unknown one by its status. \`detail\` is for people, and may change.
- \`errors\` is there for \`VALIDATION_FAILED\` only; \`pointer\` is a JSON pointer into what was sent.
- \`requestId\`, also in \`X-Request-Id\`, names the request in the server's log. Tell it when you ask for help.
- After 401 \`TOKEN_INVALID\` refresh, and repeat the request once. No other 401 is worth that.
- After 429 and 503 wait for the seconds in \`Retry-After\`. After 500, 502, 504 or no answer, whether something was done is unknown: repeat only
  what may happen twice, or has an \`Idempotency-Key\`.
- The client in TypeScript does both by itself: see its [errors](../openapi/client/README.md#errors) and [retries](../openapi/client/README.md#retries).

| status | code | what it means | answered by |
|---|---|---|---|
${rows.join('\n')}
`
}
