import type { Progress } from './operations.js'

const encodedSize = async (form: FormData) => (await new Response(form).arrayBuffer()).byteLength

/** Returns the encoded size of a form in bytes without reading its files: that of the form with empty files, plus their sizes. */
async function sizeOf(form: FormData): Promise<number> {
  const hollow = new FormData()
  let bytes = 0
  for (const [name, value] of form) {
    if (typeof value === 'string') hollow.append(name, value)
    else {
      hollow.append(name, new Blob([], { type: value.type }), value.name)
      bytes += value.size
    }
  }
  return bytes + (await encodedSize(hollow))
}

/**
 * Returns a form as a stream that reports how much of it was read. Where fetch sends streams (Node, Deno, Bun), it reads a part when the
 * network has room for it, so the last parts may still be on their way.
 */
export async function streamOf(form: FormData, onProgress: (progress: Progress) => void) {
  const total = await sizeOf(form)
  const { body, headers } = new Response(form)
  let loaded = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk)
      loaded += chunk.byteLength
      onProgress({ loaded, total })
    },
  })
  return {
    body: (body as ReadableStream<Uint8Array>).pipeThrough(counter),
    contentType: headers.get('content-type') as string,
  }
}
