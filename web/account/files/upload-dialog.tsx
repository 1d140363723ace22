import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Choice, Field } from '../../components/fields.js'
import { Form, useForm } from '../../components/form.js'
import { Icon } from '../../components/icon.js'
import { settings } from '../../settings.js'
import { useFormat } from '../../texts/provider.js'
import { useTexts } from '../texts.js'
import { useUploads } from './uploads.js'

/** Splits a text at its commas into tags. */
export const tagsIn = (text: string) =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)

/** Chooses files, and who can open them. */
export function UploadDialog({ onClose }: { onClose(): void }) {
  const { files: texts } = useTexts()
  const format = useFormat()
  const { add, fields, setFields } = useUploads()
  const input = useRef<HTMLInputElement>(null)
  const form = useForm({ tags: '' })
  const names = settings.uploadTypes.map((type) => type.split('/').pop()?.toUpperCase() ?? type)
  const { tags } = form.values
  // for files that are dropped or pasted too, while the dialog is open
  useEffect(() => setFields((before) => ({ ...before, tags: tagsIn(tags) })), [tags])
  useEffect(() => () => setFields(({ tags: _, ...others }) => others), [])

  function send(files: Iterable<File>) {
    add(files)
    onClose()
  }
  return (
    <Dialog title={texts.uploadTitle} onClose={onClose}>
      <div class="drop-zone">
        <Icon name="upload" />
        <b>{texts.drop}</b>
        <p>{texts.dropHint}</p>
        <Button kind="primary" data-autofocus onClick={() => input.current?.click()}>
          {texts.choose}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          class="visually-hidden"
          aria-label={texts.choose}
          tabIndex={-1}
          accept={settings.uploadTypes.join()}
          onChange={({ currentTarget: { files } }) => files && send([...files])}
        />
        <small>{texts.limits(format.list(names), format.bytes(settings.uploadMaxBytes))}</small>
      </div>
      <Form form={form} onSubmit={async () => input.current?.click()}>
        <Choice
          label={texts.visibility}
          value={fields.visibility ?? ''}
          onChoose={(value) => setFields((before) => ({ ...before, visibility: (value || undefined) as 'public' }))}
          options={[
            { value: '', label: texts.byDefault },
            { value: 'private', label: texts.private },
            { value: 'public', label: texts.public },
          ]}
        />
        <Field name="tags" label={texts.tags} hint={texts.tagsHint} autoComplete="off" isOptional />
      </Form>
    </Dialog>
  )
}

/** Takes files that are dropped anywhere on the page or pasted. @returns whether files are over the page now */
export function useDroppedFiles(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const act = useRef(onFiles)
  act.current = onFiles
  useEffect(() => {
    const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false)
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      act.current([...(event.dataTransfer?.files ?? [])])
    }
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])]
      if (files.length > 0) act.current(files)
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [])
  return isOver
}
