import { texts as common } from '../../texts/en.js'

export const texts = {
  ...common,
  nav: {
    overview: 'Overview',
  },
}

export type ConsoleTexts = typeof texts
