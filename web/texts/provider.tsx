import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import { client } from '../session/client.js'
import type { CommonTexts } from './en.js'
import { createFormat, type Format } from './format.js'
import { keepLanguage, type Language, languageOf } from './language.js'

/** Loads the texts of one language. */
export type Catalogues<T extends CommonTexts> = Record<Language, () => Promise<{ texts: T }>>

interface Value {
  language: Language
  texts: CommonTexts
  format: Format
  choose(language: Language): void
}

const Context = createContext<Value | undefined>(undefined)

/** Loads the catalogue of the language and gives it to the components below it. Another language replaces the texts once it is loaded. */
export function TextsProvider({
  catalogues,
  children,
}: {
  catalogues: Catalogues<CommonTexts>
  children: ComponentChildren
}) {
  const [language, setLanguage] = useState(() => languageOf(client.user?.locale))
  const [loaded, setLoaded] = useState<{ language: Language; texts: CommonTexts }>()
  const [failures, setFailures] = useState(0)
  useEffect(() => client.onChange((user) => setLanguage(languageOf(user?.locale))), [])
  useEffect(() => {
    let isWanted = true
    catalogues[language]().then(
      ({ texts }) => isWanted && setLoaded({ language, texts }),
      () => setTimeout(() => isWanted && setFailures((count) => count + 1), 2000),
    )
    return () => {
      isWanted = false
    }
  }, [catalogues, language, failures])
  const value = useMemo(() => {
    if (!loaded) return undefined
    document.documentElement.lang = loaded.language
    return {
      ...loaded,
      format: createFormat(loaded.language),
      choose(next: Language) {
        keepLanguage(next)
        setLanguage(next)
      },
    }
  }, [loaded])
  return value && <Context.Provider value={value}>{children}</Context.Provider>
}

function useValue(): Value {
  const value = useContext(Context)
  if (!value) throw new Error('There is no TextsProvider above this component.')
  return value
}

/** Returns the texts that both parts share. Each part has a hook of its own for all its texts. */
export const useTexts = <T extends CommonTexts = CommonTexts>() => useValue().texts as T

export const useFormat = () => useValue().format

export function useLanguage() {
  const { language, choose } = useValue()
  return { language, choose }
}
