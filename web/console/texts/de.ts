import { texts as common } from '../../texts/de.js'
import type { ConsoleTexts } from './en.js'

export const texts: ConsoleTexts = {
  ...common,
  nav: {
    overview: 'Übersicht',
  },
}
