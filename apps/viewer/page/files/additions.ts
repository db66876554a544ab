import { signal } from '@preact/signals'
import type { ImportState } from '../../src/web/contract.ts'
import { getInfo } from '../api/client.ts'
import { upload } from './upload.ts'

/** A file that is added, or was. */
export interface Addition {
  key: number
  name: string
  bytes: number
  step: 'queued' | 'waiting' | 'running' | 'ended'
  state: ImportState | undefined
  /** When it began, in milliseconds of the page. */
  startedMs: number
  /** When its newest state came. */
  nowMs: number
  /** Why there is no report. */
  error: string | undefined
}

/** The files of this page, in the order in which they are added, one after the other. */
export const additions = signal<readonly Addition[]>([])

const files = new Map<number, { file: File; cancel: AbortController }>()
let nextKey = 1
let isRunning = false

/** Adds files behind those that wait. */
export function addFiles(chosen: Iterable<File>): void {
  for (const file of chosen) {
    const key = nextKey++
    files.set(key, { file, cancel: new AbortController() })
    const times = { startedMs: 0, nowMs: 0 }
    const addition: Addition = {
      ...{ key, name: file.name, bytes: file.size, step: 'queued', state: undefined, error: undefined },
      ...times,
    }
    additions.value = [...additions.value, addition]
  }
  void run()
}

/** Names what was dropped and is no file. */
export function refuseFolder(name: string): void {
  const error = 'a folder: drop the files that are in it, or run "codex-otel-viewer import" with it'
  const times = { startedMs: 0, nowMs: 0 }
  const addition: Addition = { key: nextKey++, name, bytes: 0, step: 'ended', state: undefined, error, ...times }
  additions.value = [...additions.value, addition]
}

/** Ends one that is under way, where what is in stays, or takes away one that waits or has ended. */
export function dismiss({ key, step }: Addition): void {
  files.get(key)?.cancel.abort()
  if (step !== 'queued' && step !== 'ended') return
  files.delete(key)
  additions.value = additions.value.filter(addition => addition.key !== key)
}

const change = (key: number, to: Partial<Addition>): void => {
  additions.value = additions.value.map(addition => (addition.key === key ? { ...addition, ...to } : addition))
}

async function run(): Promise<void> {
  if (isRunning) return
  isRunning = true
  for (;;) {
    const next = additions.value.find(({ step }) => step === 'queued')
    if (!next) break
    await add(next.key)
  }
  isRunning = false
}

async function add(key: number): Promise<void> {
  const entry = files.get(key)
  if (!entry) return
  change(key, { step: 'waiting', startedMs: performance.now() })
  const onState = (state: ImportState | undefined): void =>
    change(key, state ? { step: 'running', state, nowMs: performance.now() } : { startedMs: performance.now() })
  try {
    const state = await upload({ file: entry.file, onState, signal: entry.cancel.signal })
    change(key, {
      step: 'ended',
      state,
      error: state ? (state.error ?? undefined) : 'cancelled before it began',
      nowMs: performance.now(),
    })
  } catch (error) {
    change(key, { step: 'ended', error: (error as Error).message, nowMs: performance.now() })
  }
  files.delete(key)
  // Which files the page shows may be others now.
  await getInfo().catch(() => {})
}
