import { createReadStream, type ReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { isObject } from './account.js'

/** A row of an export and the number of its first line; a reason in place of a row that can't be read. */
export interface Row {
  line: number
  row: Record<string, unknown> | string
}

export type Form = 'lines' | 'users' | 'table'

/** The longest text of one row, in characters. */
const MAX_ROW = 2 ** 20

/** Reads the JSON of one row. */
function read(text: string): Row['row'] {
  try {
    const row = JSON.parse(text)
    return isObject(row) ? row : 'is not a JSON object'
  } catch {
    return 'is not JSON'
  }
}

/** Yields the rows of JSON lines. */
async function* linesOf(stream: ReadStream): AsyncGenerator<Row> {
  let line = 0
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text
    if (json.trim() !== '') yield { line, row: read(json) }
  }
}

/**
 * Yields the objects of the list of a JSON document: of the document itself, or `users` of its object. Only one object is held in
 * memory at a time.
 * @throws Error if an object is too long, or the document ends before its JSON does
 */
async function* elementsOf(stream: ReadStream): AsyncGenerator<Row> {
  let line = 1
  let depth = 0
  let isText = false
  let isEscaped = false
  /** The last text at depth 1: the name of the value that follows. */
  let name = ''
  /** The depth of the list. */
  let level: number | undefined
  let begun: { line: number; text: string } | undefined
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk[at] as string
      if (isText) {
        if (isEscaped) isEscaped = false
        else if (character === '\\') isEscaped = true
        else if (character === '"') isText = false
        else if (depth === 1) name += character
      } else if (character === '\n') line++
      else if (character === '"') {
        isText = true
        if (depth === 1) name = ''
      } else if (character === '{' || character === '[') {
        depth++
        if (character === '[' && level === undefined && (depth === 1 || (depth === 2 && name === 'users')))
          level = depth
        else if (level !== undefined && depth === level + 1) {
          begun = { line, text: '' }
          from = at
        }
      } else if (character === '}' || character === ']') {
        if (begun && depth === (level as number) + 1) {
          yield { line: begun.line, row: read(begun.text + chunk.slice(from, at + 1)) }
          begun = undefined
        }
        if (depth === level) level = undefined
        depth--
      }
    }
    if (begun) begun.text += chunk.slice(from)
    if (begun && begun.text.length > MAX_ROW) throw new Error(`The row in line ${begun.line} is longer than 1 MiB.`)
  }
  if (depth !== 0 || isText) throw new Error('The file ends before its JSON does.')
}

/** Yields the rows of CSV with a header. */
async function* tableOf(stream: ReadStream): AsyncGenerator<Row> {
  const parser = parse({ columns: true, info: true, bom: true, max_record_size: MAX_ROW })
  pipeline(stream, parser, () => {})
  let line = 2
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>
    info: { lines: number }
  }>) {
    yield { line, row: record }
    line = info.lines + 1
  }
}

const READERS: Record<Form, (stream: ReadStream) => AsyncGenerator<Row>> = {
  lines: linesOf,
  users: elementsOf,
  table: tableOf,
}

/** Yields the rows of a file one by one, in memory that doesn't grow with the file. */
export function rowsOf(file: string, form: Form): { stream: ReadStream; rows: AsyncGenerator<Row> } {
  const stream = createReadStream(file)
  return { stream, rows: READERS[form](stream) }
}
