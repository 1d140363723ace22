/** What `CLOUDINARY_URL` says: the account, and where its API and its files are. */
export interface Credentials {
  cloudName: string
  apiKey: string
  apiSecret: string
  /** Origin, and perhaps path, of the API. */
  uploadPrefix: string
  /** Tells whether a delivery URL is one of this account's. */
  owns(url: string): boolean
}

const API = 'https://api.cloudinary.com'

/** The names of one's own machine are one. */
const originOf = (url: URL) => url.origin.replace(/^(https?:\/\/)(localhost|\[::1\])(?=:|$)/, '$1127.0.0.1')

/**
 * Reads `cloudinary://KEY:SECRET@CLOUD[/SECURE_DISTRIBUTION][?upload_prefix=…&cname=…&secure_distribution=…]` as the SDK does,
 * which itself would keep it for the whole process.
 */
export function parseCredentials(cloudinaryUrl: string): Credentials {
  const { username, password, hostname, pathname, searchParams } = new URL(cloudinaryUrl)
  const prefix = searchParams.get('upload_prefix')?.replace(/\/$/, '')
  const hosts = [`${hostname}-res.cloudinary.com`, pathname.slice(1)]
  for (const name of ['secure_distribution', 'cname']) hosts.push(searchParams.get(name) ?? '')
  const origins = new Set(hosts.filter(Boolean).map((host) => `https://${host}`))
  if (prefix) origins.add(originOf(new URL(prefix)))
  return {
    cloudName: hostname,
    apiKey: username,
    apiSecret: password,
    uploadPrefix: prefix || API,
    owns(text) {
      if (!URL.canParse(text)) return false
      const url = new URL(text)
      if (url.origin === 'https://res.cloudinary.com') return url.pathname.startsWith(`/${hostname}/`)
      return origins.has(originOf(url))
    },
  }
}
