// Runs in mongosh, connected to the future primary as its root user, any number of times. It creates the replica set of
// one member, and for each URI in /run/secrets a user with exactly the privileges of its process, in one database.
const { readFileSync } = require('node:fs')

const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim()
const admin = db.getSiblingDB('admin')
admin.auth('root', secret('mongodb_root_password'))

try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongodb:27017' }] })
}
while (!db.hello().isWritablePrimary) sleep(200)

const ACTIONS = {
  coffer: ['find', 'insert', 'update', 'remove', 'listIndexes'],
  coffer_migrate: ['listIndexes', 'createIndex'],
}
for (const name of [...Object.keys(ACTIONS), 'coffer_backup']) {
  const { pathname, username, password } = new URL(secret(`${name}_mongodb_uri`))
  const database = db.getSiblingDB(pathname.slice(1))
  const actions = ACTIONS[name]
  if (actions) {
    const privileges = [{ resource: { db: database.getName(), collection: '' }, actions }]
    if (database.getRole(name)) database.updateRole(name, { privileges, roles: [] })
    else database.createRole({ role: name, privileges, roles: [] })
  }
  const account = { pwd: decodeURIComponent(password), roles: [actions ? name : 'read'] }
  if (database.getUser(username)) database.updateUser(username, account)
  else database.createUser({ user: username, ...account })
}
