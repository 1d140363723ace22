import type { components, Operations, routes } from './contract.js'

export type User = components['schemas']['User']
export type OperationId = keyof typeof routes

export interface Progress {
  /** The bytes of the body that have been sent so far. */
  loaded: number
  total: number
}

export interface CallOptions {
  signal?: AbortSignal
  /** The timeout of one attempt in milliseconds; 0 for none. The default is that of the client, and none for calls with files. */
  timeout?: number
  headers?: Record<string, string>
}

export interface UploadOptions extends CallOptions {
  /** Called for each part of the body that is sent (browsers) or handed to the network (elsewhere). */
  onProgress?: (progress: Progress) => void
  /** Identifies this upload, so that a repetition gets the first response again. By default each call has its own. */
  idempotencyKey?: string
}

/** `T`, or `unknown` if there is nothing to give, which restricts nothing in an intersection. */
type Given<T> = [NonNullable<T>] extends [never] ? unknown : NonNullable<T>
type Parameters<O, Place extends string> = O extends { parameters: { [K in Place]?: infer P } } ? Given<P> : unknown
/** `T`, or `unknown` if it is an object without properties, which is not to be passed. */
type Filled<T> = T extends Record<string, never> ? unknown : T
type Contents<B> = B extends { content: infer C } ? Filled<C[keyof C]> : unknown
type Body<O> = O extends { requestBody?: infer B } ? Contents<Given<B>> : unknown
/** The input of an operation in one object: path parameters, query parameters and the properties of the body. */
export type Input<Id extends OperationId> = Parameters<Operations[Id], 'path'> &
  Parameters<Operations[Id], 'query'> &
  Body<Operations[Id]>

type Successes<R> = {
  [S in keyof R & (200 | 201 | 202 | 204)]: R[S] extends { content: { 'application/json': infer D } } ? D : undefined
}
/** The body of an operation's successful response. */
export type Output<Id extends OperationId> = Operations[Id] extends { responses: infer R }
  ? Successes<R>[keyof Successes<R>]
  : never

/** A promise of a response body; for a list, also an async iterable of the items of all pages. */
export type Answer<D> = Promise<D> & (D extends { items: (infer Item)[] } ? AsyncIterable<Item> : unknown)

type Method<Id extends OperationId, I, Options> =
  Partial<I> extends I
    ? (input?: I, options?: Options) => Answer<Output<Id>>
    : (input: I, options?: Options) => Answer<Output<Id>>

/** Every operation as a method. */
export type Methods = {
  [Id in keyof Operations]: Operations[Id] extends { requestBody: { content: { 'multipart/form-data': unknown } } }
    ? Method<Id, Input<Id> | FormData, UploadOptions>
    : Method<Id, Input<Id>, CallOptions>
}

type Fields = Record<string, unknown>

const isFile = (value: unknown) => [value].flat().some((one) => one instanceof Blob)

/** Returns the fields as a form with the files last, as the server requires; undefined if there is no file, so that JSON will do. */
export function formOf(fields: Fields): FormData | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  const files = entries.filter(([, value]) => isFile(value))
  if (files.length === 0) return undefined
  const form = new FormData()
  for (const [name, values] of [...entries.filter(([, value]) => !isFile(value)), ...files]) {
    for (const value of [values].flat()) form.append(name, value as string)
  }
  return form
}

/**
 * Splits the path parameters from the rest of the input.
 * @throws TypeError for a parameter that would change the path: an empty one, or one of dots only
 */
export function splitPath(path: string, input: Fields): { params: Record<string, string>; rest: Fields } {
  const rest = { ...input }
  const params: Record<string, string> = {}
  for (const [, name] of path.matchAll(/\{(\w+)\}/g) as Iterable<[string, string]>) {
    const value = rest[name]
    if (typeof value !== 'string' || /^\.*$/.test(value)) throw new TypeError(`${name} is not an id`)
    params[name] = value
    delete rest[name]
  }
  return { params, rest }
}

interface Page {
  items: unknown[]
  nextCursor?: string | null
}

/** Yields every item from the first page on. */
export async function* itemsOf(first: Promise<unknown>, next: (cursor: string) => Promise<unknown>) {
  let page = (await first) as Page
  yield* page.items
  while (page.nextCursor) {
    page = (await next(page.nextCursor)) as Page
    yield* page.items
  }
}
