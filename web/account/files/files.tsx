import { type Asset, useAssets, useCoffer } from '@coffer/client/react'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { Button } from '../../components/button.js'
import { useConfirm } from '../../components/dialog.js'
import { Icon } from '../../components/icon.js'
import { Page } from '../../components/shell.js'
import { Empty, Failure, Loading } from '../../components/states.js'
import { useToasts } from '../../components/toast.js'
import { useTexts } from '../texts.js'
import { Details } from './details.js'
import { toQuery, useFilters } from './query.js'
import { FileTable, Gallery } from './shown.js'
import { Toolbar } from './toolbar.js'
import { UploadDialog, useDroppedFiles } from './upload-dialog.js'
import { useUploads } from './uploads.js'

/** The most files that one call deletes. */
const BATCH = 100

/** The files of the user: a gallery or a list, and one of them in detail. */
export function Files() {
  const all = useTexts()
  const { files: texts } = all
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
  const shown = { assets: list.items, selected, onSelect: toggle, onOpen: open }
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
      <Toolbar filters={filters} change={change} />
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
        {list.items.length > 0 &&
          (filters.view === 'gallery' ? (
            <Gallery {...shown} />
          ) : (
            <FileTable {...shown} onTag={(tag) => change({ tag })} />
          ))}
        {list.hasMore && <More isBusy={list.isLoading || list.isLoadingMore} onMore={list.loadMore} />}
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
