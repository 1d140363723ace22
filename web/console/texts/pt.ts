import { texts as common } from '../../texts/pt.js'
import type { ConsoleTexts } from './en.js'

export const texts: ConsoleTexts = {
  ...common,
  nav: {
    overview: 'Resumo',
  },
}
