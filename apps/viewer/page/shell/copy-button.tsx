import { useEffect, useState } from 'preact/hooks'

const SHOWN_MS = 2_000

/** Copies a text. A page that is not on this machine may have no clipboard; then there is no button. */
export function CopyButton({ text, label = 'copy' }: { text: string | (() => string); label?: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  if (!navigator.clipboard) return null
  return (
    <button
      type="button"
      class="plain copy"
      onClick={() => {
        navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
          () => setCopied(true),
          () => {},
        )
      }}
    >
      {label}
      <span role="status">{copied ? ': done' : ''}</span>
    </button>
  )
}
