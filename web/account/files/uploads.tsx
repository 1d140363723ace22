import type { Input } from '@coffer/client'
import { type UploadsActions, useUpload } from '@coffer/client/react'
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { describeError } from '../../components/errors.js'
import { useTexts } from '../texts.js'

/** The fields that the next uploads get. */
export type UploadFields = Omit<Input<'uploadAssets'>, 'file'>

interface Uploads extends Pick<UploadsActions, 'add'> {
  fields: UploadFields
  setFields(change: (fields: UploadFields) => UploadFields): void
}

const Context = createContext<Uploads>({ add() {}, fields: {}, setFields() {} })

/** Gives the components below it the uploads, which go on while people move between pages, and shows their progress. */
export function UploadsProvider({ children }: { children: ComponentChildren }) {
  const { uploads, add, cancel, retry, dismiss } = useUpload()
  const [fields, setFields] = useState<UploadFields>({})
  const all = useTexts()
  const { files: texts } = all
  const running = uploads.filter(({ status }) => status === 'waiting' || status === 'uploading')
  const failed = uploads.filter(({ status }) => status === 'failed')
  const clear = () => {
    for (const { id } of uploads) dismiss(id)
  }
  const summary =
    running.length > 0
      ? texts.uploading(running.length)
      : failed.length > 0
        ? texts.uploadsFailed(failed.length)
        : texts.uploadsDone
  return (
    <Context.Provider value={{ add: (files, given) => add(files, given ?? fields), fields, setFields }}>
      {children}
      {uploads.length > 0 && (
        <section class="uploads" aria-label={texts.uploads}>
          <header>
            <h2 aria-live="polite">{summary}</h2>
            {running.length === 0 && <Button kind="quiet" icon="close" aria-label={all.close} onClick={clear} />}
          </header>
          <ul>
            {uploads.map(({ id, file, status, progress, error }) => (
              <li key={id}>
                <p>
                  <b>{file.name}</b>
                  <small class={status === 'failed' ? 'error' : ''}>
                    {status === 'failed' ? describeError(error, all) : texts.status[status]}
                  </small>
                </p>
                {status === 'uploading' && <progress value={progress} aria-label={texts.progressOf(file.name)} />}
                {(status === 'waiting' || status === 'uploading') && (
                  <Button kind="quiet" icon="close" aria-label={texts.cancelOf(file.name)} onClick={() => cancel(id)} />
                )}
                {(status === 'failed' || status === 'cancelled') && (
                  <Button kind="quiet" icon="refresh" aria-label={texts.retryOf(file.name)} onClick={() => retry(id)} />
                )}
                {status !== 'waiting' && status !== 'uploading' && (
                  <Button
                    kind="quiet"
                    icon="check"
                    aria-label={texts.dismissOf(file.name)}
                    onClick={() => dismiss(id)}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Context.Provider>
  )
}

export const useUploads = () => useContext(Context)
