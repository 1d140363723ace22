import { type ComponentChildren, createContext } from 'preact'
import { useContext, useMemo, useState } from 'preact/hooks'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import { describeError } from './errors.js'
import { Icon } from './icon.js'

interface Toast {
  id: number
  text: string
  kind: 'good' | 'bad'
}

interface Toasts {
  /** Says briefly that something has succeeded. */
  say(text: string): void
  /** Says that something has failed. */
  fail(error: unknown): void
}

const Context = createContext<Toasts>({ say() {}, fail() {} })

/** Milliseconds for which a message is shown; an error stays until it is closed. */
const SHOWN = 5000

let count = 0

/** Gives the components below it `useToasts`. */
export function ToastProvider({ children }: { children: ComponentChildren }) {
  const texts = useTexts()
  const [toasts, setToasts] = useState<Toast[]>([])
  const remove = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id))
  const value = useMemo(() => {
    function show(text: string, kind: Toast['kind']) {
      count += 1
      const id = count
      setToasts((all) => [...all.slice(-2), { id, text, kind }])
      if (kind === 'good') setTimeout(() => remove(id), SHOWN)
    }
    return {
      say: (text: string) => show(text, 'good'),
      fail: (error: unknown) => show(describeError(error, texts), 'bad'),
    }
  }, [texts])
  return (
    <Context.Provider value={value}>
      {children}
      <div class="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, kind }) => (
          <div key={id} class={`toast ${kind}`}>
            <Icon name={kind === 'good' ? 'check' : 'warning'} />
            <span>{text}</span>
            <Button kind="quiet" icon="close" aria-label={texts.close} onClick={() => remove(id)} />
          </div>
        ))}
      </div>
    </Context.Provider>
  )
}

export const useToasts = () => useContext(Context)
