import { ApiError } from '@coffer/client'
import { type Asset, useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { Button, ButtonLink } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, TextArea } from '../../components/fields.js'
import { Form, Submit, useForm } from '../../components/form.js'
import { Icon } from '../../components/icon.js'
import { useLoad } from '../../components/load.js'
import { Loaded } from '../../components/states.js'
import { useToasts } from '../../components/toast.js'
import { useFormat } from '../../texts/provider.js'
import { CopyButton } from '../copy.js'
import { useTexts } from '../texts.js'
import { tagsIn } from './upload-dialog.js'

interface DetailsProps {
  assetId: string
  onClose(): void
  onChange(): void
  onRemove(asset: Asset): void
  onTag(tag: string): void
}

/** One file: what it is, its links, its name, description and tags. */
export function Details({ assetId, onClose, ...rest }: DetailsProps) {
  const { files: texts } = useTexts()
  const coffer = useCoffer()
  const state = useLoad(async (signal) => {
    const { data, error, response } = await coffer.api.GET('/v1/assets/{assetId}', {
      params: { path: { assetId } },
      signal,
    })
    if (!data) throw new ApiError(response, error)
    // a private file has no lasting address
    const url = data.secureUrl ?? (await coffer.getAssetUrl({ assetId }, { signal })).url
    return { asset: data as Asset, etag: response.headers.get('etag') ?? '', url }
  }, assetId)
  return (
    <Dialog title={state.value?.asset.filename ?? texts.details} kind="wide" onClose={onClose}>
      <Loaded state={state}>{(value) => <Content {...value} {...rest} onReload={state.reload} />}</Loaded>
    </Dialog>
  )
}

function Content({
  asset,
  etag,
  url,
  onReload,
  onChange,
  onRemove,
  onTag,
}: Pick<DetailsProps, 'onChange' | 'onRemove' | 'onTag'> & {
  asset: Asset
  etag: string
  url: string
  onReload(): void
}) {
  const all = useTexts()
  const { files: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const toasts = useToasts()
  const form = useForm(
    { filename: asset.filename, description: asset.description, tags: asset.tags.join(', ') },
    { draft: `file-${asset.id}` },
  )
  const isImage = asset.contentType.startsWith('image/')
  return (
    <div class="details">
      <div class="preview">
        {isImage ? <img src={url} alt={asset.description || asset.filename} /> : <Icon name="document" />}
        <div class="actions">
          <ButtonLink icon="external" href={url} target="_blank" rel="noopener">
            {texts.openFile}
          </ButtonLink>
          <Button kind="danger" icon="trash" onClick={() => onRemove(asset)}>
            {all.delete}
          </Button>
        </div>
      </div>
      <div class="details-side">
        <Form
          form={form}
          onSubmit={async ({ filename, description, tags }) => {
            await coffer.updateAsset(
              { assetId: asset.id, filename, description: description.trim(), tags: tagsIn(tags) },
              { headers: { 'if-match': etag } },
            )
            toasts.say(texts.changed)
            onReload()
            onChange()
          }}
        >
          <Field name="filename" label={texts.name} autoComplete="off" required />
          <TextArea name="description" label={texts.description} rows={2} maxLength={1000} />
          <Field name="tags" label={texts.tags} hint={texts.tagsHint} autoComplete="off" />
          <Submit>{all.save}</Submit>
        </Form>
        {asset.tags.length > 0 && (
          <p class="chips">
            {asset.tags.map((tag) => (
              <button key={tag} type="button" class="chip accent" onClick={() => onTag(tag)}>
                <Icon name="tag" />
                {tag}
              </button>
            ))}
          </p>
        )}
        <Link asset={asset} />
        <dl class="facts">
          <dt>{texts.visibility}</dt>
          <dd>{asset.visibility === 'private' ? texts.isPrivate : texts.isPublic}</dd>
          <dt>{texts.contentType}</dt>
          <dd>{asset.contentType}</dd>
          <dt>{texts.size}</dt>
          <dd>{format.bytes(asset.bytes)}</dd>
          {asset.width !== undefined && asset.height !== undefined && (
            <>
              <dt>{texts.dimensions}</dt>
              <dd>{texts.pixels(format.number(asset.width), format.number(asset.height))}</dd>
            </>
          )}
          <dt>{texts.uploaded}</dt>
          <dd>{format.dateTime(asset.createdAt)}</dd>
          <dt>{texts.checksum}</dt>
          <dd class="mono">{asset.checksum}</dd>
        </dl>
      </div>
    </div>
  )
}

/** The lasting link of a public file, or a new one of a private file, which expires. */
function Link({ asset }: { asset: Asset }) {
  const { files: texts } = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const toasts = useToasts()
  const [link, setLink] = useState<{ url: string; expiresAt?: string }>()
  const [isBusy, setBusy] = useState(false)
  const url = asset.secureUrl ?? link?.url
  async function create() {
    setBusy(true)
    try {
      setLink(await coffer.getAssetUrl({ assetId: asset.id }))
    } catch (error) {
      toasts.fail(error)
    }
    setBusy(false)
  }
  return (
    <div class="link-box">
      <h3>{texts.link}</h3>
      <p class="hint">{asset.visibility === 'private' ? texts.privateLinkHint : texts.linkHint}</p>
      {url && (
        <div class="secret">
          <code>{url}</code>
          <CopyButton text={url} />
        </div>
      )}
      {link?.expiresAt && <p class="hint">{texts.linkUntil(format.dateTime(link.expiresAt))}</p>}
      {asset.visibility === 'private' && (
        <Button icon="lock" busy={isBusy} onClick={create}>
          {texts.privateLink}
        </Button>
      )}
    </div>
  )
}
