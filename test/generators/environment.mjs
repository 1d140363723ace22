import { readFileSync } from 'node:fs'

const { COFFER_URL, MAILBOX_URL, EMAIL, PASSWORD, PICTURES } = process.env

export const url = COFFER_URL
export const email = EMAIL
export const password = PASSWORD

/** Returns a picture as a browser's form does. */
export const picture = (name) => new File([readFileSync(`${PICTURES}/${name}`)], name, { type: 'image/png' })

/** Returns the code of the sign-in from the local mailbox. */
export async function mailedCode() {
  for (;;) {
    const response = await fetch(`${MAILBOX_URL}/messages?to=${email}`)
    const { items } = await response.json()
    const mail = items.find(({ subject }) => /sign-in code/i.test(subject))
    if (mail) return /^\s*(\d{6})\s*$/m.exec(mail.text)[1]
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
