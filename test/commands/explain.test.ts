import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import t from 'tap'
import { explain } from '../../commands/explain.js'

/** The error of a server that can't listen. */
const listen = (port: number, host: string) =>
  new Promise<Error>((resolve) => {
    createServer().once('error', resolve).listen(port, host)
  })

t.test('an address or a port that can not be listened on is named with its variable', async (t) => {
  t.equal(explain(await listen(0, '192.0.2.1')), 'HOST=192.0.2.1 is not an address of this machine.')
  const denied = { code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 }
  t.equal(
    explain(Object.assign(new Error('listen EACCES: permission denied 0.0.0.0:80'), denied)),
    'Port 80 needs privileges: set PORT to a free one above 1023.',
  )
  const unforeseen = { code: 'EINVAL', syscall: 'listen' }
  t.equal(explain(Object.assign(new Error('listen EINVAL'), unforeseen)), 'listen EINVAL')
})

t.test('a file that does not exist is named', async (t) => {
  const error: Error = await stat('/nowhere').then(
    () => new Error(),
    (error) => error,
  )
  t.equal(explain(error), '/nowhere does not exist.')
})
