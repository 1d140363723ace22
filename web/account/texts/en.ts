import { texts as common } from '../../texts/en.js'

export const texts = {
  ...common,
  nav: {
    files: 'Files',
  },
}

export type AccountTexts = typeof texts
