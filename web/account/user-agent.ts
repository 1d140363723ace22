const BROWSERS: [string, RegExp][] = [
  ['Edge', /Edg\w*\//],
  ['Opera', /OPR\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|Chromium|CriOS)\//],
  ['Safari', /Version\/[\d.]+.*Safari\//],
  ['curl', /^curl\//],
]

const SYSTEMS: [string, RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
]

/** Returns the names of the browser and of the system in a User-Agent, for people to recognise a device. It may be forged. */
export function readUserAgent(text: string): { browser: string | undefined; system: string | undefined } {
  const find = (known: [string, RegExp][]) => known.find(([, pattern]) => pattern.test(text))?.[0]
  return { browser: find(BROWSERS), system: find(SYSTEMS) }
}
