import t from 'tap'
import { textColorOn } from '../../../plugins/mailer/contrast.js'

t.test('text is black on light colours and white on dark ones', async (t) => {
  for (const color of ['#ffffff', '#ffcc00', '#00ff00', '#777777', '#3b82f6'])
    t.equal(textColorOn(color), '#000000', color)
  for (const color of ['#000000', '#1d4ed8', '#0000ff', '#757575', '#b91c1c'])
    t.equal(textColorOn(color), '#ffffff', color)
})
