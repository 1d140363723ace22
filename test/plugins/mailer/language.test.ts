import t from 'tap'
import { LOCALES } from '../../../models/locale.js'
import { LANGUAGES } from '../../../plugins/mailer/languages/languages.js'
import { build, codeIn, login, newEmail, PASSWORD, post, register, withMail } from '../../support/app.js'

t.test('mail to an address without an account is in the language of the request', async (t) => {
  const test = await build(t)
  for (const [header, subject] of [
    ['de-CH, en;q=0.5', LANGUAGES.de.mails['registration-code'].subject],
    ['nl, pt-BR;q=0.8, en;q=0.5', LANGUAGES.pt.mails['registration-code'].subject],
    ['zh', LANGUAGES.en.mails['registration-code'].subject],
  ] as const) {
    const email = newEmail()
    const payload = { email, password: PASSWORD, name: 'Ada Lovelace' }
    const answer = await post(test.app, '/v1/auth/register', payload, { headers: { 'accept-language': header } })
    t.equal(answer.statusCode, 202)
    t.equal((await test.mail(email)).subject, subject, header)
  }
})

t.test('a new code for a registration is in its language, whatever the later request prefers', async (t) => {
  const test = await build(t, { env: { OTP_RESEND_COOLDOWN: '0s' } })
  const email = newEmail()
  const payload = { email, password: PASSWORD, name: 'Ada Lovelace' }
  const headers = { 'accept-language': 'fr' }
  const { challengeId } = (await post(test.app, '/v1/auth/register', payload, { headers })).json()
  const { answer, mail } = await withMail(test, email, /inscription/, () =>
    post(test.app, '/v1/auth/resend-code', { challengeId }, { headers: { 'accept-language': 'es' } }),
  )
  t.equal(answer.statusCode, 202)
  t.equal(mail.subject, LANGUAGES.fr.mails['registration-code'].subject)
})

t.test('mail to an account is in the language that it has chosen', async (t) => {
  const test = await build(t, { env: { OTP_RESEND_COOLDOWN: '0s', OTP_MAX_SENDS: '0' } })
  const { app } = test
  const account = await register(test)
  const { bearer: headers } = await login(test, account)
  for (const locale of LOCALES.filter((name) => name !== 'en')) {
    const { mails } = LANGUAGES[locale]
    const changed = await app.inject({ method: 'PATCH', url: '/v1/users/me', headers, payload: { locale } })
    t.equal(changed.statusCode, 200)
    const other = { headers: { 'accept-language': 'en' } }
    const signIn = await withMail(test, account.email, new RegExp(`^${mails['login-code'].subject}$`), () =>
      post(app, '/v1/auth/login', { email: account.email, password: PASSWORD }, other),
    )
    const { challengeId } = signIn.answer.json()
    const resent = await withMail(test, account.email, new RegExp(`^${mails['login-code'].subject}$`), () =>
      post(app, '/v1/auth/resend-code', { challengeId }, other),
    )
    const verified = await withMail(test, account.email, new RegExp(`^${mails['login-notification'].subject}$`), () =>
      post(app, '/v1/auth/login/verify', { challengeId, code: codeIn(resent.mail), delivery: 'body' }, other),
    )
    t.equal(verified.answer.statusCode, 200, locale)
    t.match(verified.mail.html, `<html lang="${locale}" dir="ltr">`)
    const again = await withMail(test, account.email, new RegExp(`^${mails['registration-attempt'].subject}$`), () =>
      post(app, '/v1/auth/register', { email: account.email, password: PASSWORD, name: 'Eve' }, other),
    )
    t.equal(again.answer.statusCode, 202)
  }
})

t.test('the mails of a reset are in the language of the account', async (t) => {
  const test = await build(t, { env: { OTP_RESEND_COOLDOWN: '0s' } })
  const { app } = test
  const account = await register(test)
  await app.db.User.updateOne({ email: account.email }, { $set: { locale: 'de' } })
  const { mails } = LANGUAGES.de
  const begun = await withMail(test, account.email, new RegExp(`^${mails['password-reset-code'].subject}$`), () =>
    post(app, '/v1/auth/password/forgot', { email: account.email }),
  )
  const { challengeId } = begun.answer.json()
  const verified = await post(app, '/v1/auth/password/forgot/verify', { challengeId, code: codeIn(begun.mail) })
  const { resetToken } = verified.json()
  const reset = await withMail(test, account.email, new RegExp(`^${mails['password-reset'].subject}$`), () =>
    post(app, '/v1/auth/password/reset', { resetToken, newPassword: `${PASSWORD} again` }),
  )
  t.equal(reset.answer.statusCode, 204)
  t.match(reset.mail.text, 'Guten Tag Ada Lovelace,')
})

t.test('mail in any language, to somebody or to nobody, is stored in the same size', async (t) => {
  const { app } = await build(t)
  const data = { name: 'Ada Lovelace', code: '012345', minutes: 5 }
  const sizes = [...LOCALES, undefined].flatMap((locale) =>
    [null, 'ada@example.com'].map(
      (to) => app.mailer.seal('a', { template: 'login-code', to, locale, data }).content.length,
    ),
  )
  t.equal(new Set(sizes).size, 1)
})
