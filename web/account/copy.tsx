import { useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { useToasts } from '../components/toast.js'
import { useTexts } from './texts.js'

/** Copies a text to the clipboard. */
export function CopyButton({ text, kind = 'quiet' }: { text: string; kind?: 'quiet' | 'plain' }) {
  const texts = useTexts()
  const toasts = useToasts()
  const [isCopied, setCopied] = useState(false)
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      toasts.say(texts.copied)
    } catch (error) {
      toasts.fail(error)
    }
  }
  return (
    <Button kind={kind} icon={isCopied ? 'check' : 'copy'} onClick={copy}>
      {texts.copy}
    </Button>
  )
}

/** Saves a text as a file, as the browser saves downloads. */
export function saveAs(name: string, text: string, type: string) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the download has begun, and keeps its content
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
