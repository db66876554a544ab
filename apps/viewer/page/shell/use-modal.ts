import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Modal {
  ref: RefObject<HTMLDialogElement | null>
  onClose(): void
}

/** Opens and closes a dialog with the page's state, and has a person's Escape change that state. */
export function useModal(isOpen: boolean, close: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null)
  // The event of a dialog that the page closes comes later, when the state may say again that it is open.
  const isClosing = useRef(false)
  useEffect(() => {
    const dialog = ref.current
    if (isOpen) dialog?.showModal()
    else if (dialog?.open) {
      isClosing.current = true
      dialog.close()
    }
  }, [isOpen])
  return {
    ref,
    onClose() {
      if (!isClosing.current) close()
      isClosing.current = false
    },
  }
}
