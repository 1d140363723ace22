import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startSmtp } from '../support/core.js'
import { newFolder, run } from '../support/process.js'

t.setTimeout(300_000)

t.test('sends one mail by the configured service, and says what happened', async (t) => {
  const smtp = await startSmtp(t)
  const DATA_DIR = newFolder(t)
  const mail = async (env: Record<string, string>, ...args: string[]) => {
    const command = run(t, 'commands/mail.js', { DATA_DIR, ...env }, args)
    return { code: await command.exitCode(), ...command.output }
  }
  const env = { SMTP_URL: smtp.url, MAIL_FROM: 'Vault <vault@vault.example>' }
  t.match(await mail(env, 'ada@example.com'), {
    code: 0,
    stdout: /^Sent to ada@example\.com from vault@vault\.example\. The mail service answered: 250 /,
    stderr: '',
  })
  t.equal(smtp.received.length, 1)
  t.match(smtp.received[0], {
    envelope: { from: 'vault@vault.example', to: ['ada@example.com'] },
    mail: { subject: 'Test mail', from: { text: '"Vault" <vault@vault.example>' } },
  })

  const strict = await startSmtp(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) =>
      callback(Object.assign(new Error('5.7.8 wrong password'), { responseCode: 535 })),
  })
  t.match(await mail({ SMTP_URL: `smtp://user:wrong@127.0.0.1:${strict.port}` }, 'ada@example.com'), {
    code: 1,
    stdout: '',
    stderr:
      /^The mail was not sent, check SMTP_URL: EAUTH 535 5\.7\.8 \(Invalid login: 535 5\.7\.8 wrong password\)\n$/,
  })
  t.match(await mail({ SMTP_URL: 'smtp://127.0.0.1:1' }, 'ada@example.com'), {
    code: 1,
    stderr: /^The mail was not sent, check SMTP_URL: ESOCKET ECONNREFUSED /,
  })
  t.match(await mail({}, 'ada@example.com'), { code: 1, stderr: /^No mail service is configured: set SMTP_URL, or / })
  for (const args of [[], ['ada'], ['ada@example.com', 'bob@example.com']]) {
    t.match(await mail(env, ...args), { code: 1, stderr: 'One address is needed: npm run mail -- EMAIL\n' })
  }
  t.equal(smtp.received.length, 1)
})

t.test('a preview prints a mail with sample data, the brand and own texts', async (t) => {
  const DATA_DIR = newFolder(t)
  const show = async (env: Record<string, string>, ...args: string[]) => {
    const command = run(t, 'commands/mail.js', { DATA_DIR, ...env }, args)
    return { code: await command.exitCode(), ...command.output }
  }
  t.match(await show({ BRAND_NAME: 'Der Tresor' }, '--preview', 'login-code', '--locale', 'de'), {
    code: 0,
    stdout:
      /^Subject: Ihr Anmeldecode\n\nGuten Tag Ada Lovelace,\n.*\n012345\n.*<!doctype html>\n<html lang="de".*Der Tresor/s,
    stderr: '',
  })
  const html = join(DATA_DIR, 'mail.html')
  t.match(await show({}, '--preview', 'account-deleted', '--html', html), {
    code: 0,
    stdout: /^Subject: Your account was deleted\n[^<]*$/,
  })
  t.match(readFileSync(html, 'utf8'), '<title>Your account was deleted</title>')
  const MAIL_TEMPLATES = newFolder(t)
  mkdirSync(join(MAIL_TEMPLATES, 'en'))
  writeFileSync(join(MAIL_TEMPLATES, 'en', 'login-code.text.liquid'), '\n{{ kode }}')
  for (const [args, env, told] of [
    [['--preview', 'login'], {}, /^No mail is called login: registration-code, /],
    [['--preview', 'login-code', '--locale', 'nl'], {}, 'Mail is not written in nl: en, de, fr, es, pt, it\n'],
    [['--preview', 'login-code', 'ada@example.com'], {}, 'A preview is sent to nobody: leave the address out.\n'],
    [['--locale', 'de', 'ada@example.com'], {}, 'One address is needed: npm run mail -- EMAIL\n'],
    [['--preview', 'login-code'], { MAIL_TEMPLATES }, /en\/login-code\.text\.liquid:2: no variable kode: there are /],
  ] as const) {
    t.match(await show(env, ...args), { code: 1, stdout: '', stderr: told })
  }
})
