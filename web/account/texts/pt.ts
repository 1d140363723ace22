import { texts as common } from '../../texts/pt.js'
import type { AccountTexts } from './en.js'

export const texts: AccountTexts = {
  ...common,
  nav: {
    files: 'Ficheiros',
  },
}
