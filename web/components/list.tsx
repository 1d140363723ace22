import type { ComponentChildren } from 'preact'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import type { IconName } from './icon.js'
import type { PagesState } from './load.js'
import { Empty, Failure, Loading } from './states.js'

export interface Column<Row> {
  label: string
  show(row: Row): ComponentChildren
  /** True for the column that names the row. */
  isHeader?: boolean
  isNumber?: boolean
}

/** A table. On a narrow screen each row becomes a card with the labels beside the values. */
export function Table<Row extends { id: string }>({
  caption,
  columns,
  rows,
  onOpen,
}: {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  /** Called with the row that was clicked; the header column must contain a button or link for the keyboard. */
  onOpen?(row: Row): void
}) {
  return (
    <div class="table">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, isNumber }) => (
              <th key={label} scope="col" class={isNumber ? 'number' : ''}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              class={onOpen ? 'opens' : ''}
              onClick={(event) => {
                const isControl = (event.target as Element).closest('a, button, input, label')
                if (!isControl) onOpen?.(row)
              }}
            >
              {columns.map(({ label, show, isHeader, isNumber }) => {
                const Cell = isHeader ? 'th' : 'td'
                return (
                  <Cell
                    key={label}
                    {...(isHeader && { scope: 'row' })}
                    class={isNumber ? 'number' : ''}
                    data-label={label}
                  >
                    {show(row)}
                  </Cell>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A list that is loaded page by page: its rows, or that there are none, that they are loading or could not be loaded. */
export function Pages<Item>({
  pages,
  empty,
  children,
}: {
  pages: PagesState<Item>
  empty: { icon: IconName; title: string; children?: ComponentChildren }
  children(items: Item[]): ComponentChildren
}) {
  const texts = useTexts()
  const { items, error, isLoading, isLoadingMore, hasMore } = pages
  if (error !== undefined && items.length === 0) return <Failure error={error} onRetry={pages.reload} />
  if (isLoading && items.length === 0) return <Loading lines={6} />
  if (items.length === 0) return <Empty {...empty} />
  return (
    <div aria-busy={isLoading}>
      {children(items)}
      {error !== undefined && <Failure error={error} onRetry={pages.loadMore} />}
      {hasMore && (
        <div class="load-more">
          <Button busy={isLoadingMore} onClick={pages.loadMore}>
            {texts.loadMore}
          </Button>
        </div>
      )}
    </div>
  )
}
