import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { Choice, type Option } from '../components/fields.js'
import { Icon } from '../components/icon.js'
import { useTexts } from './texts.js'

/** Milliseconds without a key after which a search begins. */
const PAUSE = 250

type Changes = Record<string, string | undefined>

/** The values in the query string, which make each state of a page an address. */
export function useQuery() {
  const { query, route } = useLocation()
  return {
    query: query as Record<string, string | undefined>,
    /** Changes some values. Another entry of the history is for what the Back button should undo, such as a dialog. */
    set(changes: Changes, { push = false }: { push?: boolean } = {}) {
      // the address of now, and not of the last rendering: a search that was typed before may come after a choice
      const next = new URLSearchParams(location.search)
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value)
        else next.delete(name)
      }
      const search = next.toString()
      route(location.pathname + (search && `?${search}`), !push)
    },
  }
}

/** A dialog that the address names, so that a reload opens it again with its draft. */
export function useDialog() {
  const { query, set } = useQuery()
  return {
    dialog: query.dialog,
    open: (name: string) => set({ dialog: name }),
    close: () => set({ dialog: undefined }),
  }
}

/** The filters above a list. `names` are those that can be cleared at once. */
export function Filters({ names, children }: { names: string[]; children: ComponentChildren }) {
  const texts = useTexts()
  const { query, set } = useQuery()
  const isFiltered = names.some((name) => query[name])
  return (
    <search class="filters" aria-label={texts.filters.label}>
      {children}
      {isFiltered && (
        <Button
          kind="quiet"
          icon="close"
          onClick={() => set(Object.fromEntries(names.map((name) => [name, undefined])))}
        >
          {texts.filters.clear}
        </Button>
      )}
    </search>
  )
}

/** A filter whose value is one of a few. */
export function Filter({ name, label, options }: { name: string; label: string; options: Option[] }) {
  const { query, set } = useQuery()
  const value = options.find((option) => option.value === query[name])?.value ?? ''
  return <Choice label={label} value={value} options={options} onChoose={(value) => set({ [name]: value })} />
}

interface SearchProps {
  name: string
  label: string
  type?: 'search' | 'datetime-local'
  placeholder?: string
  list?: string[]
  isNarrow?: boolean
}

/** Converts a time of the query into the local one that the field shows, and back. */
const toLocal = (time: string) => {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
const fromLocal = (time: string) => time && new Date(time).toISOString()

/** A filter whose value is typed. */
export function SearchFilter({ name, label, type = 'search', placeholder, list, isNarrow }: SearchProps) {
  const id = useId()
  const { query, set } = useQuery()
  const isTime = type === 'datetime-local'
  const wanted = isTime ? toLocal(query[name] ?? '') : (query[name] ?? '')
  const [value, setValue] = useState(wanted)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    setValue(wanted)
    return () => clearTimeout(timer.current)
  }, [wanted])
  return (
    <div class={`field ${type} ${isNarrow ? 'narrow' : ''}`}>
      <label for={id}>{label}</label>
      <div class="control">
        {!isTime && <Icon name="search" />}
        <input
          id={id}
          type={type}
          value={value}
          placeholder={placeholder}
          autoComplete="off"
          spellcheck={false}
          {...(list && { list: `${id}-list` })}
          onInput={({ currentTarget }) => {
            setValue(currentTarget.value)
            clearTimeout(timer.current)
            const next = currentTarget.value.trim()
            timer.current = setTimeout(() => set({ [name]: isTime ? fromLocal(next) : next }), PAUSE)
          }}
        />
        {list && (
          <datalist id={`${id}-list`}>
            {list.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
      </div>
    </div>
  )
}

/** The number of all items of a list, which is counted only if it is asked for. */
export function Total({ total, shown, hasMore }: { total: number | undefined; shown: number; hasMore: boolean }) {
  const texts = useTexts()
  const { query, set } = useQuery()
  if (total !== undefined) return <p class="total">{texts.filters.total(total)}</p>
  if (shown === 0) return null
  return (
    <p class="total">
      {hasMore ? texts.filters.shown(shown) : texts.filters.total(shown)}
      {hasMore && !query.total && (
        <Button kind="quiet" onClick={() => set({ total: 'true' })}>
          {texts.filters.count}
        </Button>
      )}
    </p>
  )
}
