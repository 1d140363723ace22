import { texts as common } from '../../texts/it.js'
import type { AccountTexts } from './en.js'

export const texts: AccountTexts = {
  ...common,
  nav: {
    files: 'File',
  },
}
