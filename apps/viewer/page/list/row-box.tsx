import type { ComponentChildren } from 'preact'
import type { RowProps } from './windowed-list.tsx'

/** Parts of a row that are used on their own. */
const OWN_USE = 'a, button, input, select, summary, pre'

interface RowBoxProps {
  props: RowProps
  class: string
  onOpen(): void
  children: ComponentChildren
}

/** The element of a row: a click on it and Enter open it. */
export function RowBox({ props, class: name, onOpen, children }: RowBoxProps) {
  return (
    <div
      {...props}
      role="row"
      class={name}
      onClick={event => {
        // A text that is selected ends with a click, too.
        const isSelecting = window.getSelection()?.isCollapsed === false
        if (!isSelecting && !(event.target as Element).closest(OWN_USE)) onOpen()
      }}
      onKeyDown={event => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return
        event.preventDefault()
        onOpen()
      }}
    >
      {children}
    </div>
  )
}
