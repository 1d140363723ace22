import { type Catalogues, useTexts as useAllTexts } from '../texts/provider.js'
import type { ConsoleTexts } from './texts/en.js'

export const catalogues: Catalogues<ConsoleTexts> = {
  en: () => import('./texts/en.js'),
  de: () => import('./texts/de.js'),
  fr: () => import('./texts/fr.js'),
  es: () => import('./texts/es.js'),
  pt: () => import('./texts/pt.js'),
  it: () => import('./texts/it.js'),
}

export const useTexts = () => useAllTexts<ConsoleTexts>()
