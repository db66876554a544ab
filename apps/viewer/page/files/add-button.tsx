import { useRef } from 'preact/hooks'
import { isWritable } from '../api/client.ts'
import { useKeys } from '../shell/keys.ts'
import { addFiles } from './additions.ts'

/** Opens the browser's chooser of files; `hasKey` for the one that the key opens. */
export function AddButton({ label, hasKey = false }: { label: string; hasKey?: boolean }) {
  const chooser = useRef<HTMLInputElement>(null)
  const choose = (): void => chooser.current?.click()
  useKeys(hasKey ? { a: choose } : {})
  if (!isWritable.value) return null
  return (
    <>
      <button type="button" class={hasKey ? 'plain' : undefined} onClick={choose}>
        {label}
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={event => {
          const { currentTarget } = event
          addFiles([...(currentTarget.files ?? [])])
          // The same file may be chosen again.
          currentTarget.value = ''
        }}
      />
    </>
  )
}
