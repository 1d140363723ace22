import type { AssetQuery } from '@coffer/client/react'
import { useLocation } from 'preact-iso'
import { at } from '../../settings.js'

export const SORTS = ['-createdAt', 'createdAt', 'filename', '-bytes', 'bytes'] as const

/** The filters of the list of files, which are in its address. */
export interface Filters {
  q: string
  type: string
  tag: string
  sort: string
  view: 'gallery' | 'list'
}

const DEFAULTS: Filters = { q: '', type: 'all', tag: '', sort: '-createdAt', view: 'gallery' }

/** Returns the filters of the address, and a function that changes them there. */
export function useFilters() {
  const { query, route } = useLocation()
  const sort = SORTS.find((one) => one === query.sort) ?? DEFAULTS.sort
  const filters: Filters = { ...DEFAULTS, ...query, sort, view: query.view === 'list' ? 'list' : 'gallery' }
  const pathOf = (path: string, changes: Partial<Filters> = {}) => {
    const next = { ...filters, ...changes }
    const given = (Object.keys(DEFAULTS) as (keyof Filters)[]).filter((name) => next[name] !== DEFAULTS[name])
    const search = new URLSearchParams(given.map((name) => [name, next[name]])).toString()
    return `${at(path)}${search && `?${search}`}`
  }
  return {
    filters,
    isFiltered: filters.q !== '' || filters.type !== 'all' || filters.tag !== '',
    change: (changes: Partial<Filters>) => route(pathOf('/account/files', changes), true),
    clear: () => route(at('/account/files'), true),
    /** The address of a file, with the filters, so that closing it leads back to the same list. */
    pathOf,
  }
}

/** Returns the query of `listAssets` for the filters. */
export function toQuery({ q, type, tag, sort }: Filters): AssetQuery {
  return {
    limit: 100,
    total: true,
    sort: sort as (typeof SORTS)[number],
    ...(q.trim() && { q: q.trim() }),
    ...(type !== 'all' && { type }),
    ...(tag && { tag }),
  } as AssetQuery
}
