/** The content of `CLOUDINARY_URL`: the account and the addresses of its API and files. */
export interface Credentials {
  cloudName: string
  apiKey: string
  apiSecret: string
  /** Origin of the API, with an optional path. */
  uploadPrefix: string
  /** The origins that files may be loaded from. */
  origins: string[]
  /** Returns true if a delivery URL belongs to this account. */
  owns(url: string): boolean
}

const API = 'https://api.cloudinary.com'

/** Returns the origin; all names of the local machine give the same one. */
const originOf = (url: URL) => url.origin.replace(/^(https?:\/\/)(localhost|\[::1\])(?=:|$)/, '$1127.0.0.1')

/**
 * Parses `cloudinary://KEY:SECRET@CLOUD[/SECURE_DISTRIBUTION][?upload_prefix=…&cname=…&secure_distribution=…]` like the
 * SDK, which would keep the result for the whole process.
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
    origins: [
      'https://res.cloudinary.com',
      ...hosts.filter(Boolean).map((host) => `https://${host}`),
      // signed URLs of private files
      new URL(prefix || API).origin,
    ],
    owns(text) {
      if (!URL.canParse(text)) return false
      const url = new URL(text)
      if (url.origin === 'https://res.cloudinary.com') return url.pathname.startsWith(`/${hostname}/`)
      return origins.has(originOf(url))
    },
  }
}
