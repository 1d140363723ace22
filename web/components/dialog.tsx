import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import { describeError } from './errors.js'

interface DialogProps {
  title: string
  onClose(): void
  /** `drawer` comes from the side. */
  kind?: 'box' | 'wide' | 'drawer'
  children: ComponentChildren
}

/** A modal dialog. It is open as long as it is rendered; Escape, its button and a click beside it call `onClose`. */
export function Dialog({ title, onClose, kind = 'box', children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const texts = useTexts()
  const id = useId()
  useLayoutEffect(() => {
    const dialog = element.current
    const before = document.activeElement
    dialog?.showModal()
    const wanted = dialog?.querySelector<HTMLElement>('[data-autofocus], .dialog-body input:not([type=hidden])')
    wanted?.focus()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      class={`dialog ${kind}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => event.target === element.current && onClose()}
    >
      <div class="dialog-frame">
        <header>
          <h2 id={id}>{title}</h2>
          <Button kind="quiet" icon="close" aria-label={texts.close} onClick={onClose} />
        </header>
        <div class="dialog-body">{children}</div>
      </div>
    </dialog>
  )
}

interface Question {
  title: string
  text: ComponentChildren
  /** The label of the button that agrees. */
  action: string
  isDangerous?: boolean
  /** Runs while the dialog stays open, and shows what went wrong. */
  act?(): Promise<unknown>
}

const Context = createContext<(question: Question) => Promise<boolean>>(async () => false)

/** Gives the components below it `useConfirm`. */
export function ConfirmProvider({ children }: { children: ComponentChildren }) {
  const texts = useTexts()
  const [asked, setAsked] = useState<Question & { answer(isAgreed: boolean): void }>()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const ask = useMemo(
    () => (question: Question) =>
      new Promise<boolean>((resolve) => {
        setProblem(undefined)
        setAsked({
          ...question,
          answer(isAgreed) {
            setAsked(undefined)
            resolve(isAgreed)
          },
        })
      }),
    [],
  )
  async function agree({ act, answer }: NonNullable<typeof asked>) {
    setBusy(true)
    setProblem(undefined)
    try {
      await act?.()
      answer(true)
    } catch (error) {
      setProblem(describeError(error, texts))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Context.Provider value={ask}>
      {children}
      {asked && (
        <Dialog title={asked.title} onClose={() => asked.answer(false)}>
          <div class="prose">{asked.text}</div>
          <p class="problem" role="alert">
            {problem}
          </p>
          <footer class="actions">
            <Button kind="quiet" data-autofocus onClick={() => asked.answer(false)}>
              {texts.cancel}
            </Button>
            <Button kind={asked.isDangerous ? 'danger' : 'primary'} busy={isBusy} onClick={() => agree(asked)}>
              {asked.action}
            </Button>
          </footer>
        </Dialog>
      )}
    </Context.Provider>
  )
}

/** Returns a function that asks before something is done. It resolves to whether the person agreed, after `act` has succeeded. */
export const useConfirm = () => useContext(Context)

/** Sets the title of the page while the component is rendered. */
export function useTitle(title: string, brand: string) {
  useEffect(() => {
    document.title = `${title} · ${brand}`
  }, [title, brand])
}
