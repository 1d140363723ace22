import t from 'tap'

t.test('a variable that the SDK can not read is for our own check to refuse', async (t) => {
  const before = process.env.CLOUDINARY_URL
  process.env.CLOUDINARY_URL = 'https://no.such/scheme'
  t.teardown(() => {
    if (before === undefined) delete process.env.CLOUDINARY_URL
    else process.env.CLOUDINARY_URL = before
  })
  await t.resolves(import('../../../plugins/storage/cloudinary.js'))
  await t.rejects(import('cloudinary'), /protocol/)
})
