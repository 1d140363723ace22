import { texts as common } from '../../texts/es.js'
import type { ConsoleTexts } from './en.js'

export const texts: ConsoleTexts = {
  ...common,
  nav: {
    overview: 'Resumen',
  },
}
