import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Liquid, type Template as Parsed } from 'liquidjs'
import { LOCALES, type Locale } from '../../models/locale.js'
import { ConfigError } from '../config/error.js'
import { oneLine } from './bidi.js'
import { textColorOn } from './contrast.js'
import type { Brand, Content, Rendered } from './layout.js'
import type { MailData, Template } from './mails.js'
import { SAMPLE_END, SAMPLES } from './samples.js'
import { contentOf, TEMPLATES } from './templates.js'

const PARTS = ['subject', 'text', 'html'] as const
type Part = (typeof PARTS)[number]

/** The operator's own texts: each file replaces one part of one mail in one language. */
export interface OwnTexts {
  /**
   * Returns the mail with the parts that the operator wrote.
   * @throws Error if one can't be rendered from this data
   */
  apply(template: Template, content: Content, rendered: Rendered): Rendered
}

/** One file, parsed. */
interface Text {
  file: string
  template: Template
  locale: Locale
  part: Part
  parsed: Parsed[]
}

const MAX_FILES = 1000
const MAX_FILE_BYTES = 64 * 1024
/** Gmail cuts a mail above 102 KB. */
const MAX_LENGTH = 100_000
const MAX_SUBJECT = 200
const EXTENSION = '.liquid'
const SAMPLE_LINK = 'https://example.com/join?invitation=qwertzuiopasdfghjklyxcvb'
const LIMITS = { parseLimit: MAX_FILE_BYTES, renderLimit: 2000, memoryLimit: 1_000_000 }

const brandOf = ({ BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL, SUPPORT_EMAIL }: Brand) => ({
  name: BRAND_NAME,
  color: BRAND_COLOR,
  text_color: textColorOn(BRAND_COLOR),
  logo_url: BRAND_LOGO_URL ?? null,
  support_email: SUPPORT_EMAIL ?? null,
})

/** Returns the variables of a text; each that a template knows exists, and is null if this mail has no value for it. */
function variablesOf(template: Template, content: Content, brand: Brand) {
  const sample = contentOf(template, SAMPLES[template], { brand, expiresAt: SAMPLE_END })
  const { link, code, validity, secrecy, support = null, facts, ...texts } = content
  return {
    ...texts,
    support,
    brand: brandOf(brand),
    facts,
    ...Object.fromEntries(sample.facts.map(({ name }) => [name, null])),
    ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    ...(sample.code !== undefined && { code, validity, secrecy }),
    ...(template === 'invitation' && { link: link?.url ?? null }),
  }
}

/** The data with which each text is tried: all that a mail can tell, and as little as it may. */
const trialsOf = (template: Template, locale: Locale, brand: Brand): Content[] => {
  const { ip: _ip, userAgent: _agent, ...less } = SAMPLES[template] as { ip?: string; userAgent?: string }
  const least = { ...less, name: '', link: null } as MailData[Template]
  const most = { ...SAMPLES[template], link: SAMPLE_LINK } as MailData[Template]
  return [
    contentOf(template, most, { locale, brand, expiresAt: SAMPLE_END }),
    contentOf(template, least, { locale, brand, expiresAt: SAMPLE_END }),
  ]
}

/** The text that HTML shows. */
const shownBy = (html: string) =>
  html
    .replace(/<!--.*?-->/gs, '')
    .replace(/<(head|style|script)\b.*?<\/\1\s*>/gis, '')
    .replace(/<[^>]*>/g, '')

interface LiquidFailure {
  message: string
  token?: { file?: string; getPosition?(): [line: number, column: number] }
}

/** Returns the file, the line and the reason of an error of LiquidJS. */
function tell(file: string, error: unknown): string {
  const { message, token } = error as LiquidFailure
  const [line] = token?.getPosition?.() ?? []
  const reason = message.replace(/, (file:.*, )?line:.*$/s, '')
  return `${token?.file ? `${token.file}${EXTENSION}` : file}${line === undefined ? '' : `:${line}`}: ${reason}`
}

/** Returns the names of the files under a folder and its folders of languages, in their order. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name],
    )
    .filter((name) => name.endsWith(EXTENSION))
    .sort()
}

/**
 * Reads and checks the operator's texts: `LOCALE/TEMPLATE.PART.liquid`, and parts that they share, `_NAME.liquid`. Files are read once; no
 * template can reach another file, run code or leave a value unescaped in HTML.
 * @throws ConfigError that lists every problem with its file and line
 */
export function loadOwnTexts(path: string, brand: Brand): OwnTexts {
  const folder = resolve(path)
  const problems: string[] = []
  const sources: Record<string, string> = {}
  let files: string[]
  try {
    files = listFiles(folder)
  } catch (error) {
    throw new ConfigError([`MAIL_TEMPLATES=${path} can't be read (${(error as NodeJS.ErrnoException).code}).`])
  }
  if (files.length > MAX_FILES) throw new ConfigError([`MAIL_TEMPLATES=${path} has more than ${MAX_FILES} texts.`])
  for (const file of files) {
    const { size } = statSync(join(folder, file))
    if (size > MAX_FILE_BYTES) problems.push(`${file}: is longer than 64 KiB`)
    else sources[file.slice(0, -EXTENSION.length)] = readFileSync(join(folder, file), 'utf8')
  }

  const engineFor = (outputEscape?: 'escape') => {
    const engine = new Liquid({
      templates: sources,
      strictVariables: true,
      strictFilters: true,
      ownPropertyOnly: true,
      ...LIMITS,
      ...(outputEscape && { outputEscape }),
    })
    // it would let a stranger's name be markup
    delete engine.filters.raw
    return engine
  }
  const engines: Record<Part, Liquid> = { subject: engineFor(), text: engineFor(), html: engineFor('escape') }
  const output = ({ part, parsed }: Text, variables: object) => {
    const text = `${engines[part].renderSync(parsed, variables)}`
    if (text.length > MAX_LENGTH) throw new Error(`renders more than ${MAX_LENGTH} characters`)
    return part === 'subject' ? oneLine(text).slice(0, MAX_SUBJECT) : text
  }

  /** Returns a text that can be used; its problems are told otherwise. */
  function check(name: string): Text[] {
    const file = `${name}${EXTENSION}`
    const [, folder, template, part] = /^([^/]+)\/([^/]+)\.([^/.]+)$/.exec(name) ?? []
    const locale = LOCALES.find((known) => known === folder)
    const kind = {
      template: TEMPLATES.find((known) => known === template),
      part: PARTS.find((known) => known === part),
    }
    if (!locale)
      problems.push(
        `${file}: is neither LOCALE/TEMPLATE.PART${EXTENSION}, LOCALE being ${LOCALES.join(', ')}, nor _NAME${EXTENSION}`,
      )
    else if (!kind.template) problems.push(`${file}: ${template} is no mail: ${TEMPLATES.join(', ')}`)
    else if (!kind.part) problems.push(`${file}: ${part} is none of ${PARTS.join(', ')}`)
    else {
      try {
        const text = { ...kind, file, locale, parsed: engines[kind.part].parse(sources[name] as string, name) } as Text
        const found = problemsOf(text)
        if (found.length === 0) return [text]
        problems.push(...found)
      } catch (error) {
        problems.push(tell(file, error))
      }
    }
    return []
  }

  function problemsOf(text: Text): string[] {
    const { file, template, locale, part, parsed } = text
    const contents = trialsOf(template, locale, brand)
    const variables = contents.map((content) => variablesOf(template, content, brand))
    const unknown = unknownIn(engines[part], parsed, variables[0] as object)
    if (unknown.length > 0) return unknown
    for (const [index, values] of variables.entries()) {
      const result = output(text, values)
      const { code } = contents[index] as Content
      if (result.trim() === '') return [`${file}: is empty`]
      if (part === 'subject' && code !== undefined && result.includes(code))
        return [`${file}: a subject never shows a code`]
      const shown = part === 'html' ? shownBy(result) : result
      if (part !== 'subject' && code !== undefined && !shown.includes(code)) {
        return [`${file}: never shows the code: write {{ code }}`]
      }
    }
    return []
  }

  /** A shared part has the variables of the mail that it is part of, with which it is checked. */
  function checkShared(name: string) {
    try {
      engines.text.parse(sources[name] as string, name)
    } catch (error) {
      problems.push(tell(`${name}${EXTENSION}`, error))
    }
  }

  const names = Object.keys(sources)
  for (const name of names) if (name.startsWith('_')) checkShared(name)
  const texts = problems.length > 0 ? [] : names.filter((name) => !name.startsWith('_')).flatMap(check)
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `MAIL_TEMPLATES: ${problem}`))

  const byKey = new Map(texts.map((text) => [`${text.locale}/${text.template}.${text.part}`, text]))
  return {
    apply(template, content, rendered) {
      const own = PARTS.flatMap((part) => byKey.get(`${content.locale}/${template}.${part}`) ?? [])
      if (own.length === 0) return rendered
      const variables = variablesOf(template, content, brand)
      return { ...rendered, ...Object.fromEntries(own.map((text) => [text.part, output(text, variables)])) }
    },
  }
}

/** Returns the problems of the variables that a text and the parts that it renders use. */
function unknownIn(engine: Liquid, parsed: Parsed[], known: object): string[] {
  const { globals } = engine.analyzeSync(parsed)
  return Object.values(globals)
    .flat()
    .flatMap(({ segments, location: { file, row } }) => {
      const [root, property] = segments.map(String)
      const brand = (known as { brand: object }).brand
      const isKnown =
        Object.hasOwn(known, root as string) &&
        (root !== 'brand' || property === undefined || Object.hasOwn(brand, property))
      if (isKnown) return []
      const names = root === 'brand' && Object.hasOwn(known, 'brand') ? Object.keys(brand) : Object.keys(known)
      return [
        `${file}${EXTENSION}:${row}: no variable ${segments.map(String).join('.')}: there are ${names.sort().join(', ')}`,
      ]
    })
}
