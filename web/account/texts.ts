import { type Catalogues, useTexts as useAllTexts } from '../texts/provider.js'
import type { AccountTexts } from './texts/en.js'

export const catalogues: Catalogues<AccountTexts> = {
  en: () => import('./texts/en.js'),
  de: () => import('./texts/de.js'),
  fr: () => import('./texts/fr.js'),
  es: () => import('./texts/es.js'),
  pt: () => import('./texts/pt.js'),
  it: () => import('./texts/it.js'),
}

export const useTexts = () => useAllTexts<AccountTexts>()
