import { texts as common } from '../../texts/it.js'
import type { ConsoleTexts } from './en.js'

export const texts: ConsoleTexts = {
  ...common,
  nav: {
    overview: 'Panoramica',
  },
}
