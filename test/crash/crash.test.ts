import t from 'tap'
import { crash } from './crash.js'

t.setTimeout(300_000)

t.test('after kills at random moments rows, files, quotas, webhooks and what was answered agree', async (t) => {
  const { differences, uploadsAcknowledged, rows, files, eventsDelivered } = await crash(3, 1, () => {})
  t.same(differences, [])
  t.ok(uploadsAcknowledged > 0)
  t.ok(eventsDelivered > 0)
  t.equal(rows, files)
})
