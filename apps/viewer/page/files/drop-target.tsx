import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { access, isOfFiles, isWritable } from '../api/client.ts'
import { addFiles, refuseFolder } from './additions.ts'

/** Whether files are held over the page. */
const isOver = signal(false)

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Takes files that are dropped anywhere on the page, and shows so while they are held over it. */
export function DropTarget() {
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // Without this the browser leaves the page for the file.
      event.preventDefault()
      const takes = isWritable.value && access.value === 'open'
      if (event.dataTransfer) event.dataTransfer.dropEffect = takes ? 'copy' : 'none'
      isOver.value = true
    }
    const leave = (event: DragEvent): void => {
      // Between two parts of the page it only passes from one to the other.
      if (event.relatedTarget === null) isOver.value = false
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      isOver.value = false
      if (isWritable.value && access.value === 'open') take(event.dataTransfer)
    }
    const listeners = { dragenter: over, dragover: over, dragleave: leave, drop } as const
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        document.removeEventListener(name, listener as EventListener)
    }
  }, [])
  if (!isOver.value) return null
  return (
    <section class="drop-target" aria-label="Where files are dropped">
      <p>
        <strong>{isWritable.value ? 'Drop files to add them' : 'This viewer adds no files'}</strong>
        <span>{explanation()}</span>
      </p>
    </section>
  )
}

function explanation(): string {
  if (!isWritable.value) return 'It reads its store alone; "codex-otel-viewer import <file>" adds files to a store.'
  if (isOfFiles.value) return 'They are shown beside what was opened until this viewer ends; nothing is kept.'
  return 'OTLP as JSON lines, of the Collector, bodies of requests, segments of a spool, also in gzip. What is there already is not added again.'
}

function take(data: DataTransfer | null): void {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === 'file')
  const files: File[] = []
  for (const item of items) {
    const file = item.getAsFile()
    if (item.webkitGetAsEntry()?.isDirectory) refuseFolder(file?.name ?? 'folder')
    else if (file) files.push(file)
  }
  addFiles(files)
}
