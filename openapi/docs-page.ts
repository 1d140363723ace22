/** A strongbox. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="3" y="5" width="26" height="20" rx="3" fill="#0f766e"/><rect x="7" y="25" width="4" height="3" fill="#0f766e"/>
<rect x="21" y="25" width="4" height="3" fill="#0f766e"/><circle cx="16" cy="15" r="5" fill="none" stroke="#fff" stroke-width="2"/>
<path d="M16 15V7M16 15l7 4M16 15l-7 4" stroke="#fff" stroke-width="2"/></svg>
`

export const STYLE = `body { margin: 0 }
.coffer { display: flex; align-items: center; gap: 1.5rem; padding: 0.75rem 1.25rem; background: #0f766e; font: 1rem system-ui, sans-serif }
.coffer a { color: #fff }
.coffer .name { font-size: 1.25rem; font-weight: 700; letter-spacing: 0.02em; text-decoration: none; margin-inline-end: auto }
@media (width < 40rem) {
  .swagger-ui .wrapper { padding: 0 0.75rem }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
  .swagger-ui .opblock .opblock-summary-path { max-width: 100% }
  .swagger-ui .opblock-body, .swagger-ui .responses-inner, .swagger-ui .table-container { overflow-x: auto }
  .swagger-ui table.parameters, .swagger-ui table.parameters > tbody, .swagger-ui table.parameters tr, .swagger-ui table.parameters td { display: block }
  .swagger-ui table.parameters thead { display: none }
  .swagger-ui .parameters-col_description input, .swagger-ui .parameters-col_description select { max-width: 100% }
  .swagger-ui .auth-wrapper, .swagger-ui .scheme-container .schemes { flex-wrap: wrap }
}
`

/** The script of the page: it takes the access token of a sign-in or a refresh that was tried there. */
export const SCRIPT = `const create = window.SwaggerUIBundle
window.SwaggerUIBundle = Object.assign((options) => {
  const ui = create({
    ...options,
    responseInterceptor(response) {
      const { accessToken } = response.body ?? {}
      if (accessToken) {
        ui.preauthorizeApiKey('bearer', accessToken)
        ui.authActions.persistAuthorizationIfNeeded()
      }
      return response
    },
  })
  return ui
}, create)
`

/**
 * Adds to the page what Swagger UI's has no option for: the width of phones, and a header.
 * @param mailbox the URL of the page that shows all mail, if there is one
 */
export function headed(html: string, mailbox?: string): string {
  const link = mailbox === undefined ? '' : `<a href="${mailbox}">Mailbox</a>`
  return html
    .replace('<head>', '<head><meta name="viewport" content="width=device-width, initial-scale=1">')
    .replace('<body>', `<body><header class="coffer"><span class="name">Coffer</span>${link}</header>`)
}
