import type { Types } from 'mongoose'

/** The bytes of a field of type Buffer as a lean read returns it: a BSON Binary, whatever the type of the document says. */
export const bytesOf = (value: Buffer) => Buffer.from((value as unknown as Types.Buffer).buffer)
