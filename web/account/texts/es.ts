import { texts as common } from '../../texts/es.js'
import type { AccountTexts } from './en.js'

export const texts: AccountTexts = {
  ...common,
  nav: {
    files: 'Archivos',
  },
}
