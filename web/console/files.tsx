import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button, ButtonLink } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { Icon } from '../components/icon.js'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { useStepUp } from '../session/step-up.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { Guard, IdLink, Time, TypedDialog, Visibility } from './parts.js'
import { Filter, Filters, SearchFilter, Total, useDialog, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type Asset = components['schemas']['Asset']

export const Files = () => (
  <Guard permission="assets:read">
    <FileList />
  </Guard>
)

const Thumb = ({ asset }: { asset: Asset }) => (
  <span class="thumb" aria-hidden="true">
    {asset.thumbnailUrl ? (
      <img src={asset.thumbnailUrl} alt="" loading="lazy" width="40" height="40" />
    ) : (
      <Icon name={asset.resourceType === 'image' ? 'image' : 'document'} />
    )}
  </span>
)

function FileList() {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { route } = useLocation()
  const { query } = useQuery()
  const { dialog, open, close } = useDialog()
  const [selected, setSelected] = useState<string[]>([])
  const { q, type, tag, ownerId, sort, total } = query
  const filters = {
    ...(q && { q }),
    ...(type && { type }),
    ...(tag && { tag }),
    ...(ownerId && { ownerId }),
    ...(sort && { sort: sort as 'filename' }),
    ...(total && { total: true }),
  }
  const key = JSON.stringify(filters)
  const pages = usePages((page, signal) => coffer.adminListAssets({ ...filters, ...page, limit: 50 }, { signal }), key)
  useEffect(() => setSelected([]), [key])
  const { files } = texts
  const mayDelete = may('assets:delete')
  const pathOf = (asset: Asset) => at(`/console/files/${asset.id}`)

  function deleteSelected() {
    void confirm({
      title: files.deleteSelected(selected.length),
      text: files.deleteText,
      action: texts.delete,
      isDangerous: true,
      async act() {
        const { deleted, failed, notFound } = (await coffer.adminBulkDeleteAssets({
          ids: selected,
        })) as components['schemas']['BulkDeleted']
        const gone = new Set([...deleted, ...failed, ...notFound])
        pages.change((items) => items.filter(({ id }) => !gone.has(id)))
        setSelected([])
        toasts.say(files.deleted(deleted.length + failed.length))
      },
    })
  }

  const columns: Column<Asset>[] = [
    {
      label: files.file,
      isHeader: true,
      show: (asset) => (
        <span class="who">
          {mayDelete && (
            <input
              type="checkbox"
              aria-label={files.select(asset.filename)}
              checked={selected.includes(asset.id)}
              onChange={({ currentTarget: { checked } }) =>
                setSelected((all) => (checked ? [...all, asset.id] : all.filter((id) => id !== asset.id)))
              }
            />
          )}
          <Thumb asset={asset} />
          <a href={pathOf(asset)}>{asset.filename}</a>
        </span>
      ),
    },
    { label: files.type, show: ({ contentType }) => contentType },
    { label: files.size, isNumber: true, show: ({ bytes }) => format.bytes(bytes) },
    { label: files.visibility, show: (asset) => <Visibility asset={asset} /> },
    { label: files.owner, show: ({ ownerId: id }) => <IdLink id={id} path="people" permission="users:read" /> },
    { label: files.uploaded, show: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  return (
    <Page
      title={texts.nav.files}
      lead={files.lead}
      actions={
        ownerId &&
        mayDelete && (
          <Button kind="danger" icon="trash" onClick={() => open('delete-all')}>
            {files.deleteAll}
          </Button>
        )
      }
    >
      <FileFilters />
      <div>
        {selected.length > 0 ? (
          <div class="selection" role="status">
            <span>{files.selected(selected.length)}</span>
            <Button kind="danger" icon="trash" onClick={deleteSelected}>
              {texts.delete}
            </Button>
            <Button kind="quiet" onClick={() => setSelected([])}>
              {files.unselect}
            </Button>
          </div>
        ) : (
          <div class="list-head">
            <Total total={pages.total} shown={pages.items.length} hasMore={pages.hasMore} />
            {mayDelete && pages.items.length > 0 && (
              <Button kind="quiet" onClick={() => setSelected(pages.items.map(({ id }) => id).slice(0, 1000))}>
                {files.selectAll}
              </Button>
            )}
          </div>
        )}
        <Pages pages={pages} empty={{ icon: 'files', title: files.none, children: <p>{texts.filters.noneHint}</p> }}>
          {(assets) => (
            <Table caption={texts.nav.files} columns={columns} rows={assets} onOpen={(asset) => route(pathOf(asset))} />
          )}
        </Pages>
      </div>
      {dialog === 'delete-all' && ownerId && mayDelete && (
        <TypedDialog
          title={files.deleteAll}
          text={files.deleteAllText}
          word={ownerId}
          action={files.deleteAll}
          onClose={close}
          act={async () => {
            await withStepUp(() => coffer.adminBulkDeleteAssets({ ownerId }))
            toasts.say(files.deletingAll)
            pages.reload()
          }}
        />
      )}
    </Page>
  )
}

function FileFilters() {
  const texts = useTexts()
  const { files } = texts
  return (
    <Filters names={['q', 'type', 'tag', 'ownerId']}>
      <SearchFilter name="q" label={texts.search} placeholder={files.searchHint} />
      <Filter
        name="type"
        label={files.type}
        options={[
          { value: '', label: texts.filters.any },
          { value: 'image', label: files.types.image },
          { value: 'video', label: files.types.video },
          { value: 'application/pdf', label: 'PDF' },
          { value: 'text', label: files.types.text },
        ]}
      />
      <SearchFilter name="tag" label={files.tag} isNarrow />
      <SearchFilter name="ownerId" label={files.ownerId} />
      <Filter
        name="sort"
        label={texts.filters.sort}
        options={[
          { value: '', label: texts.filters.newest },
          { value: 'createdAt', label: texts.filters.oldest },
          { value: 'filename', label: files.byName },
          { value: '-bytes', label: files.largest },
          { value: 'bytes', label: files.smallest },
        ]}
      />
    </Filters>
  )
}

/** The latest files of an account. */
export function RecentFiles({ ownerId }: { ownerId: string }) {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const pages = usePages((_page, signal) =>
    coffer.adminListAssets({ ownerId, limit: 5 }, { signal }).then((page) => ({ ...page, nextCursor: null })),
  )
  return (
    <Section
      title={texts.nav.files}
      lead={texts.files.recent}
      actions={
        <ButtonLink kind="quiet" href={at(`/console/files?ownerId=${ownerId}`)}>
          {texts.files.showAll}
        </ButtonLink>
      }
    >
      <Pages pages={pages} empty={{ icon: 'files', title: texts.files.none }}>
        {(assets) => (
          <ul class="rows">
            {assets.map((asset) => (
              <li key={asset.id} class="row">
                <Thumb asset={asset} />
                <span class="grow">
                  <a href={at(`/console/files/${asset.id}`)}>{asset.filename}</a>
                  <small>{asset.contentType}</small>
                </span>
                <span class="hint">{format.bytes(asset.bytes)}</span>
              </li>
            ))}
          </ul>
        )}
      </Pages>
    </Section>
  )
}
