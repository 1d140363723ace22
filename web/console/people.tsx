import type { User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useLocation } from 'preact-iso'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Avatar, Page } from '../components/shell.js'
import { at } from '../settings.js'
import { Guard, RoleChip, StatusChip, Time } from './parts.js'
import { Filter, Filters, SearchFilter, Total, useQuery } from './query.js'
import { useTexts } from './texts.js'

export const People = () => (
  <Guard permission="users:read">
    <PeopleList />
  </Guard>
)

function PeopleList() {
  const texts = useTexts()
  const coffer = useCoffer()
  const { route } = useLocation()
  const { query } = useQuery()
  const { q, role, status, sort, total } = query
  const filters = {
    ...(q && { q }),
    ...(role && { role: role as 'admin' }),
    ...(status && { status: status as 'active' }),
    ...(sort && { sort: sort as 'name' }),
    ...(total && { total: true }),
  }
  const pages = usePages(
    (page, signal) => coffer.adminListUsers({ ...filters, ...page, limit: 50 }, { signal }),
    JSON.stringify(filters),
  )
  const { people } = texts
  const pathOf = (user: User) => at(`/console/people/${user.id}`)
  const columns: Column<User>[] = [
    {
      label: people.person,
      isHeader: true,
      show: (user) => (
        <a class="who" href={pathOf(user)}>
          <Avatar user={user} />
          <span>
            <b>{user.name}</b>
            <small>{user.email}</small>
          </span>
        </a>
      ),
    },
    { label: people.role, show: ({ role }) => <RoleChip role={role} /> },
    { label: people.status, show: ({ status }) => <StatusChip status={status} /> },
    {
      label: people.permissions,
      isNumber: true,
      show: ({ role, permissions }) => (role === 'admin' ? texts.all : permissions.length || '–'),
    },
    { label: texts.created, show: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  return (
    <Page title={texts.nav.people} lead={people.lead}>
      <Filters names={['q', 'role', 'status']}>
        <SearchFilter name="q" label={texts.search} placeholder={people.searchHint} />
        <Filter
          name="status"
          label={people.status}
          options={[
            { value: '', label: texts.filters.any },
            { value: 'active', label: texts.status.active as string },
            { value: 'suspended', label: texts.status.suspended as string },
          ]}
        />
        <Filter
          name="role"
          label={people.role}
          options={[
            { value: '', label: texts.filters.any },
            { value: 'user', label: texts.roles.user as string },
            { value: 'admin', label: texts.roles.admin as string },
          ]}
        />
        <Filter
          name="sort"
          label={texts.filters.sort}
          options={[
            { value: '', label: texts.filters.newest },
            { value: 'createdAt', label: texts.filters.oldest },
            { value: 'name', label: people.byName },
            { value: '-name', label: people.byNameDown },
            { value: 'email', label: people.byEmail },
            { value: '-email', label: people.byEmailDown },
          ]}
        />
      </Filters>
      <div>
        <Total total={pages.total} shown={pages.items.length} hasMore={pages.hasMore} />
        <Pages pages={pages} empty={{ icon: 'people', title: people.none, children: <p>{texts.filters.noneHint}</p> }}>
          {(users) => (
            <Table caption={texts.nav.people} columns={columns} rows={users} onOpen={(user) => route(pathOf(user))} />
          )}
        </Pages>
      </div>
    </Page>
  )
}
