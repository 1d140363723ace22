import { texts as common } from '../../texts/fr.js'
import type { AccountTexts } from './en.js'

export const texts: AccountTexts = {
  ...common,
  nav: {
    files: 'Fichiers',
  },
}
