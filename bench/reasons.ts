import type { Row } from './row.js'

/** The reasons for missed goals, written by hand; the report shows them if the goal is missed. */
const REASONS: { work: RegExp; against: RegExp; reason: string }[] = [
  {
    work: /^(profile read|list of 20 files)(, \d+ clients)?$/,
    against: /^bare/,
    reason:
      'The row below is the limit: the same work with the plugins and the log line of every request, and with ' +
      'the check of the session, which a list makes before its own read. The rest is the cursor of the next page ' +
      'under its MAC, the link, the checks of the query, and the metrics.',
  },
  {
    work: /^token refresh(, \d+ clients)?$/,
    against: /^bare/,
    reason:
      'Coffer also checks the MAC of the token, keeps its predecessor with the encrypted successor, so that a ' +
      'lost answer can be repeated and a stolen token is detected, and signs an access token. The row below is ' +
      'the limit that this leaves.',
  },
  {
    work: /^sign-in/,
    against: /with a mailed code/,
    reason:
      'Its code is mailed from memory and is lost with the process; Coffer stores the challenge and the mail ' +
      'before it answers. On SQLite its database is in its own process, without a network. On Coffer’s database ' +
      'it is slower than Coffer.',
  },
  {
    work: /^sign-in/,
    against: /./,
    reason:
      'Beside the hash, a sign-in stores a challenge and sends a mail with a code, which none of the others ' +
      'does: four commands and a conversation in SMTP on the cores that the hashes share with every process of ' +
      'the run. The row without a goal is the limit that this leaves; Coffer also keeps the mail in a queue ' +
      'until the SMTP server has it.',
  },
  {
    work: /^start/,
    against: /^/,
    reason:
      'The time goes to loading the packages of the stack, registering the plugins and the routes, and compiling ' +
      'their schemas.',
  },
  {
    work: /^idle memory/,
    against: /./,
    reason:
      'It is the code of the other packages of the stack: no image library or list of passwords is loaded before ' +
      'it is needed.',
  },
  {
    work: /^list of 20 files, .* rows$/,
    against: /^Coffer/,
    reason:
      'The row below with the bare driver shows the engine’s share: DocumentDB 0.106 sorts all rows of the ' +
      'caller instead of reading them in the order of the index; the local database reads 21 rows either way, ' +
      'from a larger file. The rounds differ by more than that.',
  },
  {
    work: /^list of 20 files$/,
    against: /^Parse Server/,
    reason:
      'PostgreSQL reads 20 rows in the order of an index; an engine that first sorts all 1,000 rows of the ' +
      'caller slows down the bare driver as well.',
  },
  {
    work: /^upload/,
    against: /^bare/,
    reason:
      'The row below is the limit: the same with a checksum over all bytes, and with the row and the quota of ' +
      'the file.',
  },
  {
    work: /^upload/,
    against: /^Parse Server .*same store$/,
    reason:
      'It forwards a file after reading it whole, and checks nothing: no checksum, no look into the image, no ' +
      'quota, no row. The guarded row is the limit that these leave; the rounds differ by more than the two ' +
      'servers.',
  },
  {
    work: /^upload/,
    against: /^Parse Server/,
    reason:
      'It writes a file to its own disk, while Coffer sends each byte to a store, which here is another process ' +
      'on the same cores; the bare server, which checks nothing, is slower as well. The row with the same store ' +
      'is the same task.',
  },
  {
    work: /^peak memory/,
    against: /^Parse Server/,
    reason:
      'Most memory above that at rest belongs to finished uploads and is not collected yet. The row with a young ' +
      'generation of 1 MiB shows what they need; it is not the default, since lists then lose a third of their ' +
      'throughput.',
  },
]

export const reasonOf = ({ work, against }: Row): string =>
  REASONS.find((one) => one.work.test(work) && one.against.test(against?.name ?? ''))?.reason ?? ''
