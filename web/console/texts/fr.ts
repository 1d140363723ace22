import { texts as common } from '../../texts/fr.js'
import type { ConsoleTexts } from './en.js'

export const texts: ConsoleTexts = {
  ...common,
  nav: {
    overview: 'Vue d’ensemble',
  },
}
