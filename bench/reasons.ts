import type { Row } from './row.js'

/** Why a goal is missed: written by hand, and shown where it is missed. */
const REASONS: { work: RegExp; against: RegExp; reason: string }[] = [
  {
    work: /^list of 20 files, .* rows$/,
    against: /^Coffer/,
    reason:
      'Where the list of the bare driver falls alike, in the row below it, the engine sorts all of the caller’s rows instead of ' +
      'reading them in the order of the index: DocumentDB 0.106 does, MongoDB and the local database do not.',
  },
  {
    work: /^list of 20 files$/,
    against: /^Parse Server/,
    reason:
      'PostgreSQL reads 20 rows in the order of an index; an engine that sorts all 1,000 of the caller’s first holds up the bare driver as well.',
  },
  {
    work: /^upload/,
    against: /^Parse Server/,
    reason:
      'It writes to its own disk, while Coffer sends each byte on to a store, which here is another process on the same cores; ' +
      'the bare server beside it shows what that leaves.',
  },
  {
    work: /^peak memory/,
    against: /^Parse Server/,
    reason:
      'Nearly all of it is what Coffer has at rest; Parse Server holds whole files, and grows with each that comes at once.',
  },
]

export const reasonOf = ({ work, against }: Row): string =>
  REASONS.find((one) => one.work.test(work) && one.against.test(against?.name ?? ''))?.reason ?? ''
