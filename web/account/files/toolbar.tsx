import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Choice } from '../../components/fields.js'
import { Icon } from '../../components/icon.js'
import { settings } from '../../settings.js'
import { useTexts } from '../texts.js'
import { type Filters, SORTS } from './query.js'

/** Milliseconds after the last letter of a search until it is asked for. */
const PAUSE = 250

/** Search, type, order and view of the files. */
export function Toolbar({ filters, change }: { filters: Filters; change(changes: Partial<Filters>): void }) {
  const { files: texts } = useTexts()
  return (
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
