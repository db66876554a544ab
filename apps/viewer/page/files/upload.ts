import type { ImportState } from '../../src/web/contract.ts'
import { beginImport, cancelImport, sendPiece } from '../api/client.ts'

const MIB = 1024 * 1024
/** The size of a piece follows the time that one takes. */
const FIRST_BYTES = 256 * 1024
const MAX_BYTES = 4 * MIB
const MIN_BYTES = 64 * 1024
const QUICK_MS = 80
const SLOW_MS = 240
/** Milliseconds until a page asks again while another one adds a file. */
const WAIT_MS = 1_000

interface Upload {
  file: File
  /** `undefined` while the file of another page is added. */
  onState(state: ImportState | undefined): void
  signal: AbortSignal
}

/**
 * Sends a file in pieces, of which one is in memory at a time.
 * @returns what came of it, also where it was cancelled; `undefined` where it was before it began
 * @throws Error that says why it ended
 */
export async function upload({ file, onState, signal }: Upload): Promise<ImportState | undefined> {
  const ends = await bytesOf(new Blob([file.slice(0, MIB), file.slice(Math.max(MIB, file.size - MIB))]))
  let state: ImportState | undefined
  while (!state) {
    if (signal.aborted) return undefined
    state = await beginImport(file.name, file.size, ends)
    onState(state)
    if (!state) await elapsed(WAIT_MS, signal)
  }
  // A page that is closed lets the next file in.
  const { id } = state
  const leave = (): void => void cancelImport(id, { keepalive: true }).catch(() => {})
  window.addEventListener('pagehide', leave)
  try {
    let size = FIRST_BYTES
    while (state.report === null && state.error === null) {
      if (signal.aborted) return await cancelImport(id)
      const at = state.received
      const piece = await bytesOf(file.slice(at, state.hasRoom ? at + size : at))
      const started = performance.now()
      state = await sendPiece(id, at, piece, at + piece.byteLength === file.size)
      const took = performance.now() - started
      if (took < QUICK_MS) size = Math.min(MAX_BYTES, size * 2)
      else if (took > SLOW_MS) size = Math.max(MIN_BYTES, size / 2)
      onState(state)
    }
    return state
  } catch (error) {
    leave()
    throw error
  } finally {
    window.removeEventListener('pagehide', leave)
  }
}

async function bytesOf(part: Blob): Promise<ArrayBuffer> {
  try {
    return await part.arrayBuffer()
  } catch {
    throw new Error('the browser cannot read it any more: it was changed, moved or is a folder; add it again')
  }
}

const elapsed = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
