import { ApiError, type Client, type User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { useLoad } from '../components/load.js'
import { Avatar, Page, Section } from '../components/shell.js'
import { Failure, Loading } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import type { Permission } from '../session/scopes.js'
import { useStepUp } from '../session/step-up.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { RecentEvents } from './audit.js'
import { RecentFiles } from './files.js'
import { KeysOf } from './keys.js'
import { ActionRow, Copy, Guard, Json, Rights, RoleChip, StatusChip, Time, TypedDialog, useConflict } from './parts.js'
import { Access, type Changes, type Details, Suspension } from './person-access.js'
import { NotesDialog, RightsDialog } from './person-dialogs.js'
import { useDialog } from './query.js'
import { isAdmin, may, useViewer } from './rights.js'
import { useTexts } from './texts.js'

/** Loads an account with its ETag, which guards the changes. Returns undefined for a service account: owners of files and keys are of either kind. */
async function load(coffer: Client, viewer: User, userId: string, signal: AbortSignal): Promise<Details | undefined> {
  const { data, error, response } = await coffer.api.GET('/v1/admin/users/{userId}', {
    params: { path: { userId } },
    signal,
  })
  if (response.status === 404 && may(viewer, 'keys:read')) {
    await coffer.adminGetServiceAccount({ accountId: userId }, { signal })
    return undefined
  }
  if (!data) throw new ApiError(response, error)
  return { ...(data as Details), etag: response.headers.get('etag') ?? '' }
}

export function Person({ id }: { id: string }) {
  return (
    <Guard permission="users:read">
      <PersonPage key={id} id={id} />
    </Guard>
  )
}

function PersonPage({ id }: { id: string }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const viewer = useViewer()
  const { route } = useLocation()
  const state = useLoad(async (signal) => {
    const details = await load(coffer, viewer, id, signal)
    if (!details) route(at(`/console/service-accounts/${id}`), true)
    return details
  }, id)
  if (state.value) return <PersonDetails details={state.value} reload={state.reload} />
  return (
    <Page title={texts.people.person}>
      {state.error === undefined ? <Loading lines={6} /> : <Failure error={state.error} onRetry={state.reload} />}
    </Page>
  )
}

function PersonDetails({ details, reload }: { details: Details; reload(): void }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const viewer = useViewer()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { route } = useLocation()
  const { dialog, open, close } = useDialog()
  const { guard, conflict } = useConflict(reload)
  const { user, etag } = details
  const { person } = texts
  const isMine = user.id === viewer.id
  const allowed = (permission: Permission) => may(viewer, permission)
  // only an administrator may touch an administrator
  const mayWrite = allowed('users:write') && (isAdmin(viewer) || !isAdmin(user))
  const mayDelete = allowed('users:delete') && (isAdmin(viewer) || !isAdmin(user))
  const options = { headers: { 'if-match': etag } }

  /** Runs a change and says that it is done, unless somebody else changed the account before. */
  async function act(change: () => Promise<unknown>, done: string) {
    if (await guard(() => withStepUp(change))) {
      toasts.say(done)
      reload()
    }
  }
  const update = (changes: Changes, done: string) =>
    act(() => coffer.adminUpdateUser({ userId: user.id, ...changes }, options), done)

  return (
    <Page title={user.name} lead={user.email} parent={{ href: at('/console/people'), label: texts.nav.people }}>
      {conflict}
      <div class="columns">
        <AccountFacts details={details} />

        <div class="stack">
          <Section
            title={person.rights}
            actions={
              mayWrite &&
              isAdmin(viewer) && (
                <Button icon="edit" onClick={() => open('rights')}>
                  {texts.edit}
                </Button>
              )
            }
          >
            <div class="card">
              {isAdmin(user) ? <p>{person.allRights}</p> : <Rights names={user.permissions} none={person.noRights} />}
            </div>
          </Section>

          <Section
            title={person.notes}
            lead={person.notesLead}
            actions={
              mayWrite && (
                <Button icon="edit" onClick={() => open('notes')}>
                  {texts.edit}
                </Button>
              )
            }
          >
            <Json value={user.adminMetadata} none={person.noNotes} />
          </Section>
          {Object.keys(user.metadata).length > 0 && (
            <Section title={person.metadata} lead={person.metadataLead}>
              <Json value={user.metadata} none="" />
            </Section>
          )}

          <Access details={details} mayWrite={mayWrite} act={act} update={update} />

          {(mayWrite || mayDelete) && !isMine && (
            <Section title={person.danger}>
              <ul class="rows">
                {mayWrite && <Suspension user={user} update={update} />}
                {mayDelete && (
                  <ActionRow title={person.delete} hint={person.deleteHint}>
                    <Button kind="danger" icon="trash" onClick={() => open('delete')}>
                      {texts.delete}
                    </Button>
                  </ActionRow>
                )}
              </ul>
            </Section>
          )}
        </div>
      </div>

      {allowed('assets:read') && <RecentFiles ownerId={user.id} />}
      {allowed('keys:read') && (
        <Section title={texts.nav.keys}>
          <KeysOf ownerId={user.id} none={person.noKeys} />
        </Section>
      )}
      {allowed('audit:read') && <RecentEvents targetId={user.id} />}

      {dialog === 'rights' && mayWrite && isAdmin(viewer) && (
        <RightsDialog
          user={user}
          onClose={close}
          onSave={async (changes) => {
            await update(changes, texts.saved)
            close()
          }}
        />
      )}
      {dialog === 'notes' && mayWrite && (
        <NotesDialog
          user={user}
          onClose={close}
          onSave={async (adminMetadata) => {
            await update({ adminMetadata }, texts.saved)
            close()
          }}
        />
      )}
      {dialog === 'delete' && mayDelete && (
        <TypedDialog
          title={person.delete}
          text={person.deleteText(user.name)}
          word={user.email}
          action={person.delete}
          onClose={close}
          act={async () => {
            const isDone = await guard(() => withStepUp(() => coffer.adminDeleteUser({ userId: user.id }, options)))
            if (!isDone) return
            toasts.say(person.deleted)
            route(at('/console/people'))
          }}
        />
      )}
    </Page>
  )
}

function AccountFacts({ details }: { details: Details }) {
  const texts = useTexts()
  const format = useFormat()
  const { user } = details
  const { person } = texts
  return (
    <Section title={person.account}>
      <div class="card profile">
        <Avatar user={user} size="large" />
        <div class="chips">
          <StatusChip status={user.status} />
          <RoleChip role={user.role} />
        </div>
        <dl class="facts">
          <dt>{texts.id}</dt>
          <dd>
            <Copy text={user.id} label={texts.copyId} />
          </dd>
          <dt>{texts.created}</dt>
          <dd>{format.dateTime(user.createdAt)}</dd>
          <dt>{person.changed}</dt>
          <dd>
            <Time at={user.updatedAt} />
          </dd>
          <dt>{person.lastLogin}</dt>
          <dd>
            <Time at={details.lastLoginAt} never={texts.never} />
          </dd>
          <dt>{person.language}</dt>
          <dd>{user.locale}</dd>
          <dt>{texts.nav.files}</dt>
          <dd>
            {format.number(details.assetCount)} · {format.bytes(details.assetBytes)}
          </dd>
        </dl>
      </div>
    </Section>
  )
}
