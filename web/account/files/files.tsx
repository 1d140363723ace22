import { type Asset, useAssets, useCoffer } from '@coffer/client/react'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { Button } from '../../components/button.js'
import { useConfirm } from '../../components/dialog.js'
import { Choice } from '../../components/form.js'
import { Icon } from '../../components/icon.js'
import { Table } from '../../components/list.js'
import { Page } from '../../components/shell.js'
import { Empty, Failure, Loading } from '../../components/states.js'
import { useToasts } from '../../components/toast.js'
import { settings } from '../../settings.js'
import { useFormat } from '../../texts/provider.js'
import { useTexts } from '../texts.js'
import { Details } from './details.js'
import { SORTS, toQuery, useFilters } from './query.js'
import { UploadDialog, useDroppedFiles } from './upload-dialog.js'
import { useUploads } from './uploads.js'

/** Milliseconds after the last letter of a search until it is asked for. */
const PAUSE = 250

/** The most files that one call deletes. */
const BATCH = 100

/** The files of the user: a gallery or a list, and one of them in detail. */
export function Files() {
  const all = useTexts()
  const { files: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const toasts = useToasts()
  const { route } = useLocation()
  const { params } = useRoute()
  const { filters, isFiltered, change, clear, pathOf } = useFilters()
  const list = useAssets(toQuery(filters))
  const { add } = useUploads()
  const [isUploading, setUploading] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const isOver = useDroppedFiles((files) => {
    setUploading(false)
    add(files)
  })
  const openedId = params.assetId
  const open = ({ id }: Asset) => route(pathOf(`/account/files/${id}`))
  const close = () => route(pathOf('/account/files'))

  function toggle({ id }: Asset) {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setSelected(next)
  }
  const shownSelected = list.items.filter(({ id }) => selected.has(id)).map(({ id }) => id)

  async function removeSelected() {
    let failed = 0
    const isAgreed = await confirm({
      title: texts.deleteTitle(shownSelected.length),
      text: texts.deleteText,
      action: all.delete,
      isDangerous: true,
      async act() {
        for (let from = 0; from < shownSelected.length; from += BATCH) {
          const answer = await coffer.bulkDeleteAssets({ ids: shownSelected.slice(from, from + BATCH) })
          failed += answer.failed.length
        }
      },
    })
    if (!isAgreed) return
    if (failed > 0) toasts.fail(new Error(texts.notDeleted(failed)))
    else toasts.say(texts.deleted(shownSelected.length))
    setSelected(new Set())
    await list.refresh()
  }
  async function removeOne({ id }: Asset) {
    const isAgreed = await confirm({
      title: texts.deleteTitle(1),
      text: texts.deleteText,
      action: all.delete,
      isDangerous: true,
      act: () => list.remove(id),
    })
    if (!isAgreed) return
    toasts.say(texts.deleted(1))
    close()
  }

  return (
    <Page
      title={all.nav.files}
      lead={list.total === undefined ? undefined : texts.count(list.total)}
      actions={
        <Button kind="primary" icon="upload" onClick={() => setUploading(true)}>
          {texts.upload}
        </Button>
      }
    >
      <search class="toolbar">
        <Search value={filters.q} onSearch={(q) => change({ q })} />
        <Choice
          label={texts.type}
          isLabelHidden
          value={filters.type}
          options={[
            'all',
            ...new Set(settings.uploadTypes.map((type) => (type.startsWith('image/') ? 'image' : type))),
          ].map((value) => ({ value, label: texts.types[value] ?? value }))}
          onChoose={(type) => change({ type })}
        />
        <Choice
          label={texts.sort}
          isLabelHidden
          value={filters.sort}
          options={SORTS.map((value) => ({ value, label: texts.sorts[value] ?? value }))}
          onChoose={(sort) => change({ sort })}
        />
        <fieldset class="toggle">
          <legend class="visually-hidden">{texts.view}</legend>
          <Button
            icon="grid"
            aria-label={texts.gallery}
            aria-pressed={filters.view === 'gallery'}
            onClick={() => change({ view: 'gallery' })}
          />
          <Button
            icon="list"
            aria-label={texts.list}
            aria-pressed={filters.view === 'list'}
            onClick={() => change({ view: 'list' })}
          />
        </fieldset>
        {filters.tag && (
          <button
            type="button"
            class="chip accent"
            aria-label={texts.removeTag(filters.tag)}
            onClick={() => change({ tag: '' })}
          >
            {texts.tag(filters.tag)}
            <Icon name="close" />
          </button>
        )}
      </search>

      {shownSelected.length > 0 && (
        <div class="selection" role="status">
          <b>{texts.selected(shownSelected.length)}</b>
          <Button kind="quiet" onClick={() => setSelected(new Set(list.items.map(({ id }) => id)))}>
            {texts.selectAll}
          </Button>
          <Button kind="quiet" onClick={() => setSelected(new Set())}>
            {texts.selectNone}
          </Button>
          <Button kind="danger" icon="trash" onClick={removeSelected}>
            {all.delete}
          </Button>
        </div>
      )}

      <div class="files" aria-busy={list.isLoading}>
        {list.error !== undefined && <Failure error={list.error} onRetry={list.refresh} />}
        {list.items.length === 0 && list.isLoading && <Loading lines={4} />}
        {list.items.length === 0 && !list.isLoading && list.error === undefined && (
          <Empty icon={isFiltered ? 'search' : 'image'} title={isFiltered ? texts.noMatch : texts.none}>
            <p>{isFiltered ? texts.noMatchText : texts.noneText}</p>
            {isFiltered ? (
              <Button onClick={clear}>{texts.clear}</Button>
            ) : (
              <Button icon="upload" onClick={() => setUploading(true)}>
                {texts.choose}
              </Button>
            )}
          </Empty>
        )}
        {list.items.length > 0 && filters.view === 'gallery' && (
          <ul class="gallery">
            {list.items.map((asset) => (
              <Tile
                key={asset.id}
                asset={asset}
                isSelected={selected.has(asset.id)}
                onSelect={() => toggle(asset)}
                onOpen={() => open(asset)}
              />
            ))}
          </ul>
        )}
        {list.items.length > 0 && filters.view === 'list' && (
          <Table
            caption={all.nav.files}
            rows={[...list.items]}
            onOpen={open}
            columns={[
              {
                label: texts.name,
                isHeader: true,
                show: (asset) => (
                  <span class="file-name">
                    <input
                      type="checkbox"
                      aria-label={texts.select(asset.filename)}
                      checked={selected.has(asset.id)}
                      onChange={() => toggle(asset)}
                    />
                    <button type="button" class="link" onClick={() => open(asset)}>
                      {asset.filename}
                    </button>
                    {asset.visibility === 'private' && <PrivateChip />}
                  </span>
                ),
              },
              {
                label: texts.tags,
                show: ({ tags }) => (
                  <span class="chips">
                    {tags.map((tag) => (
                      <button key={tag} type="button" class="chip" onClick={() => change({ tag })}>
                        {tag}
                      </button>
                    ))}
                  </span>
                ),
              },
              { label: texts.size, isNumber: true, show: ({ bytes }) => format.bytes(bytes) },
              { label: texts.uploaded, show: ({ createdAt }) => format.date(createdAt) },
            ]}
          />
        )}
        {list.hasMore && <More isBusy={list.isLoadingMore} onMore={list.loadMore} />}
      </div>

      {isOver && (
        <div class="drop-cover" aria-hidden="true">
          <Icon name="upload" />
          <b>{texts.drop}</b>
        </div>
      )}
      {isUploading && <UploadDialog onClose={() => setUploading(false)} />}
      {openedId && (
        <Details
          assetId={openedId}
          onClose={close}
          onChange={list.refresh}
          onRemove={removeOne}
          onTag={(tag) => route(pathOf('/account/files', { tag }))}
        />
      )}
    </Page>
  )
}

/** The field of the search. It asks when the person pauses. */
function Search({ value, onSearch }: { value: string; onSearch(text: string): void }) {
  const all = useTexts()
  const [text, setText] = useState(value)
  const timer = useRef<number>(undefined)
  useEffect(() => setText(value), [value])
  return (
    <div class="search-field">
      <Icon name="search" />
      <input
        type="search"
        aria-label={all.files.searchLabel}
        placeholder={all.files.searchLabel}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => onSearch(currentTarget.value), PAUSE) as unknown as number
        }}
      />
    </div>
  )
}

/** Loads more when it comes into view, or on a click. */
function More({ isBusy, onMore }: { isBusy: boolean; onMore(): unknown }) {
  const { loadMore } = useTexts()
  const element = useRef<HTMLDivElement>(null)
  const act = useRef(onMore)
  act.current = onMore
  useEffect(() => {
    if (isBusy || !element.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && act.current(), {
      rootMargin: '400px',
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [isBusy])
  return (
    <div class="load-more" ref={element}>
      <Button busy={isBusy} onClick={onMore}>
        {loadMore}
      </Button>
    </div>
  )
}

function PrivateChip() {
  const { files: texts } = useTexts()
  return (
    <span class="chip">
      <Icon name="lock" />
      {texts.isPrivate}
    </span>
  )
}

function Tile({
  asset,
  isSelected,
  onSelect,
  onOpen,
}: {
  asset: Asset
  isSelected: boolean
  onSelect(): void
  onOpen(): void
}) {
  const { files: texts } = useTexts()
  const format = useFormat()
  const { filename, thumbnailUrl, contentType, visibility } = asset
  return (
    <li class={`tile ${isSelected ? 'selected' : ''}`}>
      <button type="button" class="tile-open" aria-label={texts.open(filename)} onClick={onOpen}>
        {thumbnailUrl ? (
          <img src={thumbnailUrl} alt="" loading="lazy" decoding="async" />
        ) : (
          <Icon name={visibility === 'private' ? 'lock' : contentType.startsWith('image/') ? 'image' : 'document'} />
        )}
      </button>
      <input type="checkbox" aria-label={texts.select(filename)} checked={isSelected} onChange={onSelect} />
      <p>
        <b title={filename}>{filename}</b>
        <small>
          {visibility === 'private' && <Icon name="lock" />} {format.bytes(asset.bytes)} ·{' '}
          {format.date(asset.createdAt)}
        </small>
      </p>
    </li>
  )
}
