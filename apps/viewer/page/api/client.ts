import { signal } from '@preact/signals'
import type { Answers, Parameters, QueryName } from '../../src/queries/queries.ts'
import type { ImportState, Info } from '../../src/web/contract.ts'
import { sessionInPath } from './session-in-path.ts'

/** Why the page has no data: the token is wrong, or nothing answers any more. */
export type Access = 'entering' | 'open' | 'locked' | 'ended'

export const access = signal<Access>('entering')

/** The status of an import that waits for another one to end. */
const BUSY = 409

/** An answer that is no success, in the server's own words. */
class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** @throws ApiError with the server's words, or the error of a fetch that was aborted */
async function request<T>(path: string, options: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, options)
  } catch (error) {
    if (options.signal?.aborted) throw error
    access.value = 'ended'
    throw new ApiError(0, 'nothing answers at this address')
  }
  const isReading = options.method === undefined
  if (response.status === 401 || (response.status === 403 && isReading)) access.value = 'locked'
  if (!response.ok) throw new ApiError(response.status, await reasonIn(response))
  access.value = 'open'
  return (await response.json()) as T
}

const get = <T>(path: string, signal: AbortSignal | undefined): Promise<T> => request(path, signal ? { signal } : {})

/** What an answer that is no success says. */
export async function reasonIn(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  try {
    const { error } = JSON.parse(text) as { error?: unknown }
    if (typeof error === 'string') return error
  } catch {
    // The answer is no JSON; its status says enough.
  }
  return `the viewer answered ${response.status}`
}

/** Asks one question of src/queries. */
export function ask<N extends QueryName>(
  name: N,
  parameters: Parameters[N],
  signal?: AbortSignal,
): Promise<Answers[N]> {
  const search = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]))
  return get(`/api/query/${name}?${search}`, signal)
}

/** Whether the page shows files that were read, whose sessions have ended. */
export const isOfFiles = signal(false)

/** Whether files can be added and sessions forgotten. */
export const isWritable = signal(false)

export async function getInfo(signal?: AbortSignal): Promise<Info> {
  const info = await get<Info>('/api/info', signal)
  isOfFiles.value = info.file !== null
  isWritable.value = info.store.isWritable
  return info
}

/** Removes a session from the store for good. */
export const forgetSession = (session: string): Promise<object> =>
  request(`/api/sessions/${sessionInPath(session)}`, { method: 'DELETE' })

const OCTETS = { 'content-type': 'application/octet-stream' }

/**
 * Begins to add a file.
 * @param ends its first MiB, and of what is behind it the last one
 * @returns `undefined` while another one is added
 */
export async function beginImport(name: string, bytes: number, ends: ArrayBuffer): Promise<ImportState | undefined> {
  const path = `/api/imports?${new URLSearchParams({ name, bytes: String(bytes) })}`
  try {
    return await request<ImportState>(path, { method: 'POST', headers: OCTETS, body: ends })
  } catch (error) {
    if (error instanceof ApiError && error.status === BUSY) return undefined
    throw error
  }
}

/** Sends the next piece of a file, or none to ask how far it is. */
export const sendPiece = (id: string, at: number, piece: ArrayBuffer, isLast: boolean): Promise<ImportState> =>
  request(`/api/imports/${id}?at=${at}${isLast ? '&end' : ''}`, { method: 'POST', headers: OCTETS, body: piece })

/** Ends the import of a file; what is in stays. */
export const cancelImport = (id: string, options: RequestInit = {}): Promise<ImportState> =>
  request(`/api/imports/${id}`, { ...options, method: 'DELETE' })
