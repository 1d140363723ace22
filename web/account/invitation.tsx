import { useCoffer } from '@coffer/client/react'
import { useLocation } from 'preact-iso'
import { useTitle } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { useToasts } from '../components/toast.js'
import { Entrance } from '../session/entrance.js'
import { CodeField } from '../session/sign-in.js'
import { at, settings } from '../settings.js'
import { useLanguage } from '../texts/provider.js'
import { useTexts } from './texts.js'

/** The acceptance of an invitation. The address may name it (`INVITATION_URL`); the code is in the mail only. */
export function Invitation() {
  const { invitation: texts, register, signInPage } = useTexts()
  const { language } = useLanguage()
  const { query, route } = useLocation()
  const coffer = useCoffer()
  const toasts = useToasts()
  const form = useForm(
    { invitationId: query.invitation ?? '', code: '', name: '', password: '' },
    { draft: 'invitation' },
  )
  useTitle(texts.title, settings.brand.name)
  return (
    <Entrance title={texts.title} lead={texts.lead(settings.brand.name)}>
      <Form
        form={form}
        onSubmit={async ({ invitationId, code, name, password }) => {
          const input = { invitationId: invitationId.trim(), code: code.trim(), name, password }
          await coffer.acceptInvitation(input, { headers: { 'accept-language': language } })
          toasts.say(register.done)
          route(at('/'))
        }}
      >
        {query.invitation === undefined && (
          <Field
            name="invitationId"
            label={texts.id}
            hint={texts.idHint}
            autoComplete="off"
            spellcheck={false}
            required
          />
        )}
        <CodeField />
        <Field
          name="name"
          label={register.name}
          hint={register.nameHint}
          autoComplete="name"
          maxLength={100}
          required
        />
        <Field
          name="password"
          label={signInPage.password}
          hint={register.passwordHint(settings.passwordMinLength)}
          type="password"
          autoComplete="new-password"
          required
        />
        <Submit>{texts.submit}</Submit>
      </Form>
      <p class="aside">
        {register.have} <a href={at('/')}>{signInPage.submit}</a>
      </p>
    </Entrance>
  )
}
