import addressparser from 'nodemailer/lib/addressparser'

export interface Sender {
  address: string
  /** The display name; empty if there is none. */
  name: string
}

/** The characters that Nodemailer writes unquoted into envelopes and headers; the routes accept fewer. */
export const ADDRESS = /^[^\s\p{Cc}<>()[\]\\,;:"@]{1,64}@[^\s\p{Cc}<>()[\]\\,;:"@]{1,255}$/u

/** Parses one address with an optional display name (RFC 5322, 3.4); returns undefined for anything else. */
export function parseSender(text: string): Sender | undefined {
  const [sender, ...others] = addressparser(text, { flatten: true })
  if (!sender || others.length > 0 || !ADDRESS.test(`${sender.address}`)) return undefined
  return { address: sender.address as string, name: sender.name as string }
}

export const domainOf = ({ address }: Sender) => address.slice(address.lastIndexOf('@') + 1)
