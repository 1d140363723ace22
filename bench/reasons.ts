import type { Row } from './row.js'

/** The reasons for missed goals, written by hand; the report shows them if the goal is missed. */
const REASONS: { work: RegExp; against: RegExp; reason: string }[] = [
  {
    work: /^(profile read|list of 20 files)$/,
    against: /^bare/,
    reason:
      'The row below it is the limit: the same work with the plugins and the line of log that every request has, and with the read that ' +
      'tells whether the session lives, which a list makes before its own. Beyond that are the cursor of the next page under its MAC, the ' +
      'link, the checks of the query, the metrics.',
  },
  {
    work: /^token refresh$/,
    against: /^bare/,
    reason:
      'It also checks the MAC of the token, keeps its predecessor with the successor encrypted, so that a lost answer can be repeated and ' +
      'a stolen token told, and signs an access token: the row below it is what that leaves where each refresh has a command of its own. ' +
      'Coffer’s go together, one command a turn of the event loop, which DocumentDB rewards. The local database does one thing at a ' +
      'time: a turn waits for all of its writes and for the commit to the disk, a fifth of that process’s time, and Coffer waits with it.',
  },
  {
    work: /^sign-in/,
    against: /with a mailed code/,
    reason:
      'Its code is mailed from memory and is lost with the process; Coffer stores challenge and mail before it answers. On SQLite it has its ' +
      'database in its own process besides, and no command that travels: on the database that Coffer has it is behind.',
  },
  {
    work: /^sign-in/,
    against: /./,
    reason:
      'Beside the hash, a sign-in keeps a challenge and sends a mail with a code, which nothing of the others does: four commands and a ' +
      'conversation in SMTP on the cores that the hashes share with every process of the run. The row without a goal is what that leaves; ' +
      'Coffer also keeps the mail in a queue until the SMTP server has it.',
  },
  {
    work: /^start/,
    against: /./,
    reason:
      'It is one file, which takes a third of the time to read and compile; most of the rest are the plugins and the routes being made. ' +
      'Validators and serializers are compiled only when they are first needed.',
  },
  {
    work: /^idle memory/,
    against: /./,
    reason:
      'It is the code of the other packages of the stack: no image library or list of passwords is loaded before it is needed.',
  },
  {
    work: /^list of 20 files, .* rows$/,
    against: /^Coffer/,
    reason:
      'The row below it with the bare driver shows what is the engine’s: DocumentDB 0.106 sorts all of the caller’s rows instead of reading ' +
      'them in the order of the index; the local database reads 21 either way, from a larger file. The rounds differ more than that.',
  },
  {
    work: /^list of 20 files$/,
    against: /^Parse Server/,
    reason:
      'PostgreSQL reads 20 rows in the order of an index; an engine that sorts all 1,000 of the caller’s first holds up the bare driver as well.',
  },
  {
    work: /^upload/,
    against: /^bare/,
    reason:
      'The row below it is the limit: the same with a checksum over all bytes, and the row and the quota of the file.',
  },
  {
    work: /^upload/,
    against: /^Parse Server .*same store$/,
    reason:
      'It hands on what it has read whole, and checks none of it: no checksum, no look into the image, no quota, no row. The guarded row is ' +
      'what these leave; the rounds differ more than the two servers.',
  },
  {
    work: /^upload/,
    against: /^Parse Server/,
    reason:
      'It writes what it gets to a file of its own, while Coffer sends each byte on to a store, which here is another process on the same ' +
      'cores; the bare server, which checks nothing, is behind it as well. The row with the same store is the same task.',
  },
  {
    work: /^peak memory/,
    against: /^Parse Server/,
    reason:
      'What is above the memory at rest is mostly what uploads have let go and V8 has not collected yet. The row with a young generation of 1 MiB is ' +
      'what they need; it is not the default, since lists then lose a third of their throughput.',
  },
]

export const reasonOf = ({ work, against }: Row): string =>
  REASONS.find((one) => one.work.test(work) && one.against.test(against?.name ?? ''))?.reason ?? ''
