import { ApiError, type Client, type components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button, ButtonLink } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { Icon } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { Failure, Loading } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { Copy, Guard, IdLink, Json, useConflict, Visibility } from './parts.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type Asset = components['schemas']['Asset']

/** Loads a file with its ETag, which guards its deletion. */
async function load(coffer: Client, assetId: string, signal: AbortSignal) {
  const { data, error, response } = await coffer.api.GET('/v1/admin/assets/{assetId}', {
    params: { path: { assetId } },
    signal,
  })
  if (!data) throw new ApiError(response, error)
  return { asset: data as Asset, etag: response.headers.get('etag') ?? '' }
}

export const File = ({ id }: { id: string }) => (
  <Guard permission="assets:read">
    <FilePage key={id} id={id} />
  </Guard>
)

function FilePage({ id }: { id: string }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const state = useLoad((signal) => load(coffer, id, signal), id)
  if (state.value) return <FileDetails {...state.value} reload={state.reload} />
  return (
    <Page title={texts.files.file}>
      {state.error === undefined ? <Loading lines={6} /> : <Failure error={state.error} onRetry={state.reload} />}
    </Page>
  )
}

function FileDetails({ asset, etag, reload }: { asset: Asset; etag: string; reload(): void }) {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const toasts = useToasts()
  const { route } = useLocation()
  const { guard, conflict } = useConflict(reload)
  const { files } = texts
  const [isBroken, setBroken] = useState(false)
  const isImage =
    !isBroken && asset.resourceType === 'image' && asset.secureUrl && asset.contentType.startsWith('image/')
  return (
    <Page
      title={asset.filename}
      parent={{ href: at('/console/files'), label: texts.nav.files }}
      actions={
        <>
          {asset.secureUrl && (
            <ButtonLink icon="external" href={asset.secureUrl} target="_blank" rel="noreferrer">
              {files.open}
            </ButtonLink>
          )}
          {may('assets:delete') && (
            <Button
              kind="danger"
              icon="trash"
              onClick={() =>
                confirm({
                  title: files.deleteOne(asset.filename),
                  text: files.deleteText,
                  action: texts.delete,
                  isDangerous: true,
                  async act() {
                    const headers = { 'if-match': etag }
                    if (!(await guard(() => coffer.adminDeleteAsset({ assetId: asset.id }, { headers })))) return
                    toasts.say(files.deleted(1))
                    route(at('/console/files'))
                  },
                })
              }
            >
              {texts.delete}
            </Button>
          )}
        </>
      }
    >
      {conflict}
      <div class="columns">
        <div class="card preview">
          {isImage ? (
            <img
              src={asset.thumbnailUrl ?? asset.secureUrl ?? ''}
              alt={files.preview(asset.filename)}
              onError={() => setBroken(true)}
            />
          ) : (
            <p class="hint">
              <Icon name={asset.visibility === 'private' ? 'lock' : 'document'} />
              <span>{asset.visibility === 'private' ? files.noPreviewPrivate : files.noPreview}</span>
            </p>
          )}
        </div>
        <Section title={files.details}>
          <dl class="facts card">
            <dt>{files.type}</dt>
            <dd>{asset.contentType}</dd>
            <dt>{files.size}</dt>
            <dd>{format.bytes(asset.bytes)}</dd>
            {asset.width && (
              <>
                <dt>{files.pixels}</dt>
                <dd>
                  {asset.width} × {asset.height}
                </dd>
              </>
            )}
            <dt>{files.visibility}</dt>
            <dd>
              <Visibility asset={asset} />
            </dd>
            {asset.description && (
              <>
                <dt>{files.description}</dt>
                <dd>{asset.description}</dd>
              </>
            )}
            <dt>{files.tags}</dt>
            <dd>{asset.tags.length > 0 ? asset.tags.join(', ') : '–'}</dd>
            <dt>{files.owner}</dt>
            <dd>
              <IdLink id={asset.ownerId} path="people" permission="users:read" />
            </dd>
            <dt>{files.uploaded}</dt>
            <dd>{format.dateTime(asset.createdAt)}</dd>
            <dt>{texts.id}</dt>
            <dd>
              <Copy text={asset.id} label={texts.copyId} />
            </dd>
            <dt>{files.store}</dt>
            <dd class="mono">{asset.publicId}</dd>
            <dt>SHA-256</dt>
            <dd class="mono">{asset.checksum}</dd>
          </dl>
          {Object.keys(asset.metadata).length > 0 && <Json value={asset.metadata} none="" />}
        </Section>
      </div>
    </Page>
  )
}
