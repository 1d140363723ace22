import { catalogue, type ProblemCode } from './errors.js'

/** A code that more operations than this respond with is listed without their names. */
const MOST_NAMED = 8

interface Response {
  $ref?: string
  content?: Record<string, { examples?: object }>
}

interface Contract {
  components: { responses: Record<string, Response> }
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Response> }>>
}

/** Returns the operations that respond with a code, as text. */
function answeredBy(contract: Contract, code: ProblemCode): string {
  const operations = Object.values(contract.paths).flatMap((methods) => Object.values(methods))
  const names = operations
    .filter(({ responses }) => {
      const { $ref = '', ...response } = responses[catalogue[code].status] ?? {}
      const { content } = contract.components.responses[$ref.replace('#/components/responses/', '')] ?? response
      return code in (content?.['application/problem+json']?.examples ?? {})
    })
    .map(({ operationId }) => `\`${operationId}\``)
  if (names.length === 0) return 'any request'
  return names.length > MOST_NAMED ? 'most operations' : names.join(', ')
}

/** Returns the page of all errors in Markdown. */
export function errorsPage(contract: Contract): string {
  const codes = Object.keys(catalogue) as ProblemCode[]
  const rows = codes.map((code) => {
    const { status, detail } = catalogue[code]
    return `| ${status} | \`${code}\` | ${detail} | ${answeredBy(contract, code)} |`
  })
  return `<!-- Generated from openapi/errors.ts by \`npm run openapi\`. -->
# Errors

Every error response is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), \`application/problem+json\`):

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

- Rely on \`code\`. Codes are stable. A newer server may add codes: handle an unknown one by its status. \`detail\` is meant for people and may change.
- \`errors\` is present for \`VALIDATION_FAILED\` only. \`pointer\` is a JSON pointer to the invalid value in the request.
- \`requestId\`, also in \`X-Request-Id\`, identifies the request in the server's log. Include it when you ask for help.
- After 401 \`TOKEN_INVALID\`, refresh the tokens and repeat the request once. Don't do that after any other 401.
- After 429 and 503, wait for the seconds in \`Retry-After\`. After 500, 502, 504 or no response, it is unknown whether the request took effect:
  repeat it only if it may take effect twice, or if it has an \`Idempotency-Key\`.
- The TypeScript client handles both for you: see its [errors](../openapi/client/README.md#errors) and [retries](../openapi/client/README.md#retries).

| status | code | meaning | operations |
|---|---|---|---|
${rows.join('\n')}
`
}
