import type { Output } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import type { IconName } from '../components/icon.js'
import { Icon } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { Menu } from '../components/menu.js'
import { Page } from '../components/shell.js'
import { Empty, Loaded } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { factorRequired } from '../session/client.js'
import { hasPasskeys, isDismissed } from '../session/passkey.js'
import { useStepUp } from '../session/step-up.js'
import { useFormat } from '../texts/provider.js'
import { AddApp, AddPasskey, BackupCodes, type Factor, Rename } from './factor-dialogs.js'
import { useTexts } from './texts.js'

const ICONS: Record<string, IconName> = { totp: 'device', passkey: 'key', 'backup-codes': 'list' }

/** The second factors. `isEnrolment` if the account must have one before it can do anything else. */
export function Security({ isEnrolment = false }: { isEnrolment?: boolean }) {
  const all = useTexts()
  const { nav, security: texts, enrol } = all
  const coffer = useCoffer()
  const factors = useLoad(async (signal) => (await coffer.listFactors({}, { signal })).items)
  const [open, setOpen] = useState<'app' | 'passkey' | Factor>()
  const [backupCodes, setBackupCodes] = useState<string[]>()
  const toasts = useToasts()
  const withStepUp = useStepUp()

  function onAdded({ factor, backupCodes: codes }: Output<'confirmTotp'>) {
    setOpen(undefined)
    toasts.say(texts.factorAdded(factor.name))
    if (codes) setBackupCodes(codes)
    else factorRequired.set(false)
    factors.reload()
  }
  // an imported authenticator app has none
  const lacksCodes =
    factors.value !== undefined &&
    factors.value.length > 0 &&
    factors.value.every(({ type }) => type !== 'backup-codes')
  async function createCodes() {
    try {
      const { backupCodes: codes } = await withStepUp(() => coffer.createBackupCodes())
      setBackupCodes(codes)
      factors.reload()
    } catch (error) {
      if (!isDismissed(error)) toasts.fail(error)
    }
  }
  function onKept() {
    setBackupCodes(undefined)
    factorRequired.set(false)
  }

  return (
    <Page title={isEnrolment ? enrol.title : nav.security} lead={isEnrolment ? enrol.text : texts.lead}>
      <Loaded state={factors}>
        {(items) => (
          <>
            {items.length === 0 && (
              <Empty icon="shield" title={texts.none}>
                <p>{texts.noneText}</p>
              </Empty>
            )}
            {items.length > 0 && (
              <ul class="rows">
                {items.map((factor) => (
                  <FactorRow
                    key={factor.id}
                    factor={factor}
                    onRename={() => setOpen(factor)}
                    onCodes={setBackupCodes}
                    onChange={factors.reload}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
      <div class="actions">
        <Button kind="primary" icon="device" onClick={() => setOpen('app')}>
          {texts.addApp}
        </Button>
        <Button icon="key" disabled={!hasPasskeys()} onClick={() => setOpen('passkey')}>
          {texts.addPasskey}
        </Button>
        {lacksCodes && (
          <Button icon="list" onClick={createCodes}>
            {texts.createCodes}
          </Button>
        )}
        {!hasPasskeys() && <p class="hint">{texts.noPasskeys}</p>}
      </div>
      {open === 'app' && <AddApp onAdded={onAdded} onClose={() => setOpen(undefined)} />}
      {open === 'passkey' && <AddPasskey onAdded={onAdded} onClose={() => setOpen(undefined)} />}
      {typeof open === 'object' && (
        <Rename
          factor={open}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined)
            factors.reload()
          }}
        />
      )}
      {backupCodes && <BackupCodes codes={backupCodes} onClose={onKept} />}
    </Page>
  )
}

function FactorRow({
  factor,
  onRename,
  onCodes,
  onChange,
}: {
  factor: Factor
  onRename(): void
  onCodes(codes: string[]): void
  onChange(): void
}) {
  const all = useTexts()
  const { security: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const isCodes = factor.type === 'backup-codes'
  const kind = factor.type === 'totp' ? texts.app : factor.type === 'passkey' ? texts.passkey : texts['backup-codes']
  const name = isCodes ? kind : factor.name

  async function remove() {
    const isAgreed = await confirm({
      title: texts.deleteTitle(name),
      text: texts.deleteText,
      action: texts.remove,
      isDangerous: true,
      act: () => withStepUp(() => coffer.deleteFactor({ factorId: factor.id })),
    })
    if (!isAgreed) return
    toasts.say(texts.removed(name))
    onChange()
  }
  async function renew() {
    let codes: string[] = []
    const isAgreed = await confirm({
      title: texts.newCodesTitle,
      text: texts.newCodesText,
      action: texts.newCodes,
      act: async () => {
        const created = await withStepUp(() => coffer.createBackupCodes())
        codes = created.backupCodes
      },
    })
    if (!isAgreed) return
    onCodes(codes)
    onChange()
  }
  const facts = [
    !isCodes && kind,
    factor.remaining !== undefined && texts.remaining(factor.remaining),
    texts.added(format.date(factor.createdAt)),
    factor.lastUsedAt ? texts.used(format.relative(factor.lastUsedAt)) : texts.neverUsed,
  ].filter(Boolean)
  return (
    <li class="row">
      <Icon name={ICONS[factor.type] ?? 'shield'} />
      <p class="grow">
        <b>{name}</b>
        <small>{facts.join(' · ')}</small>
      </p>
      <Menu
        label={all.actions(name)}
        items={
          isCodes
            ? [{ label: texts.newCodes, icon: 'refresh', act: renew }]
            : [
                { label: all.rename, icon: 'edit', act: onRename },
                { label: texts.remove, icon: 'trash', isDangerous: true, act: remove },
              ]
        }
      />
    </li>
  )
}
