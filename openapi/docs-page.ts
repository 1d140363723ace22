/** A strongbox. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="3" y="5" width="26" height="20" rx="3" fill="#0f766e"/><rect x="7" y="25" width="4" height="3" fill="#0f766e"/>
<rect x="21" y="25" width="4" height="3" fill="#0f766e"/><circle cx="16" cy="15" r="5" fill="none" stroke="#fff" stroke-width="2"/>
<path d="M16 15V7M16 15l7 4M16 15l-7 4" stroke="#fff" stroke-width="2"/></svg>
`

export const STYLE = `body { margin: 0 }
.coffer { display: flex; align-items: center; gap: 1.5rem; padding: 0.75rem 1.25rem; background: #0f766e; font: 1rem system-ui, sans-serif }
.coffer, .coffer a { color: #fff }
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

interface Property {
  type?: string
  enum?: string[]
  items?: { format?: string }
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, Property> }>; responses: Record<string, object> }
  paths: Record<string, Record<string, { responses: Record<string, object> }>>
}

/**
 * Returns the contract as Swagger UI should show it: with blank forms, and errors without their headers, whose tables would fill the page.
 * Swagger UI fills in an example of every list in a form, and the first of several values, which would override the default of the server.
 */
export function forPage<T extends object>(document: T): T {
  const { components, paths } = document as unknown as Document
  const blank = (property: Property) => {
    if (property.enum) return { ...property, enum: ['', ...property.enum] }
    return property.items && property.items.format !== 'binary' ? { ...property, example: [] } : property
  }
  const plain = (response: object) => ({ ...response, headers: undefined })
  return {
    ...document,
    components: {
      ...components,
      schemas: map(components.schemas, (schema, name) =>
        name.endsWith('Form') ? { ...schema, properties: map(schema.properties, blank) } : schema,
      ),
      responses: map(components.responses, plain),
    },
    paths: map(paths, (methods) =>
      map(methods, ({ responses, ...operation }) => ({
        ...operation,
        responses: map(responses, (response, status) => (Number(status) < 400 ? response : plain(response))),
      })),
    ),
  }
}

const map = <T, U>(entries: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value, key)]))
