import type { PageSettings } from '../plugins/web/settings.js'

const meta = document.querySelector<HTMLMetaElement>('meta[name=coffer]')

/** The settings that the server gives its pages. */
export const settings = JSON.parse(meta?.content ?? '{}') as PageSettings

/** Returns the address of a path of these pages or of the server, behind the prefix of a proxy. */
export const at = (path: string) => `${settings.base}${path}`
