import { texts as common } from '../../texts/de.js'
import type { AccountTexts } from './en.js'

export const texts: AccountTexts = {
  ...common,
  nav: {
    files: 'Dateien',
  },
}
