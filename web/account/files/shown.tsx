import type { Asset } from '@coffer/client/react'
import { Icon } from '../../components/icon.js'
import { Table } from '../../components/list.js'
import { useFormat } from '../../texts/provider.js'
import { useTexts } from '../texts.js'

interface ShownProps {
  assets: readonly Asset[]
  selected: ReadonlySet<string>
  onSelect(asset: Asset): void
  onOpen(asset: Asset): void
}

/** Files as pictures. */
export const Gallery = ({ assets, selected, onSelect, onOpen }: ShownProps) => (
  <ul class="gallery">
    {assets.map((asset) => (
      <Tile
        key={asset.id}
        asset={asset}
        isSelected={selected.has(asset.id)}
        onSelect={() => onSelect(asset)}
        onOpen={() => onOpen(asset)}
      />
    ))}
  </ul>
)

/** Files as rows of a table. */
export function FileTable({ assets, selected, onSelect, onOpen, onTag }: ShownProps & { onTag(tag: string): void }) {
  const { nav, files: texts } = useTexts()
  const format = useFormat()
  return (
    <Table
      caption={nav.files}
      rows={[...assets]}
      onOpen={onOpen}
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
                onChange={() => onSelect(asset)}
              />
              <button type="button" class="link" onClick={() => onOpen(asset)}>
                {asset.filename}
              </button>
              {asset.visibility === 'private' && <PrivateChip />}
              {asset.description && <small>{asset.description}</small>}
            </span>
          ),
        },
        {
          label: texts.tags,
          show: ({ tags }) => (
            <span class="chips">
              {tags.map((tag) => (
                <button key={tag} type="button" class="chip" onClick={() => onTag(tag)}>
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
