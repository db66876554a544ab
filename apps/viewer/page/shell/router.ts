import { computed, signal } from '@preact/signals'
import { sessionInPath, sessionOfPath } from '../api/session-in-path.ts'

/** A screen and what it shows. */
export type Route =
  | { screen: 'home' }
  | { screen: 'session'; session: string; event: number | undefined }
  | { screen: 'trace'; trace: string }
  | { screen: 'trends' }
  | { screen: 'search' }
  | { screen: 'unknown' }

/** The screen of a path. */
export function routeOf(path: string): Route {
  const [first = '', second, third, ...more] = path.split('/').slice(1).map(decoded)
  if (more.length > 0) return { screen: 'unknown' }
  if (second === undefined) {
    if (first === '') return { screen: 'home' }
    if (first === 'trends' || first === 'search') return { screen: first }
  }
  if (second && first === 't' && third === undefined) return { screen: 'trace', trace: second }
  if (second && first === 's') {
    if (third === undefined) return { screen: 'session', session: second, event: undefined }
    if (/^\d{1,15}$/.test(third)) return { screen: 'session', session: second, event: Number(third) }
  }
  return { screen: 'unknown' }
}

function decoded(part: string): string {
  try {
    return sessionOfPath(part)
  } catch {
    return part
  }
}

export const sessionPath = (session: string, event?: number): string =>
  `/s/${sessionInPath(session)}${event === undefined ? '' : `/${event}`}`

export const tracePath = (trace: string): string => `/t/${encodeURIComponent(trace)}`

const address = signal({ path: '/', search: '' })

export const route = computed<Route>(() => routeOf(address.value.path))

/** The parameters of the address. A change goes through `setQuery`. */
export const query = computed(() => new URLSearchParams(address.value.search))

const read = (): void => {
  address.value = { path: window.location.pathname, search: window.location.search }
}

/** Goes to a path of the page; `replace` leaves no step to go back to. */
export function navigate(path: string, { replace = false } = {}): void {
  const isHere = path === window.location.pathname + window.location.search
  window.history[replace || isHere ? 'replaceState' : 'pushState'](null, '', path)
  read()
}

/** The parts of a parameter, which have commas between them. */
export const listIn = (parameters: URLSearchParams, name: string): string[] =>
  (parameters.get(name) ?? '').split(',').filter(part => part !== '')

/** Changes parameters of the address; `undefined` removes one, and `replace` leaves no step to go back to. */
export function setQuery(changes: Record<string, string | undefined>, { replace = false } = {}): void {
  const parameters = new URLSearchParams(window.location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name)
    else parameters.set(name, value)
  }
  // Commas are readable, and need no escape in a query.
  const search = parameters.toString().replaceAll('%2C', ',')
  navigate(`${window.location.pathname}${search === '' ? '' : `?${search}`}`, { replace })
}

/** Follows the address, and takes clicks on the page's own links. */
export function startRouter(): void {
  read()
  window.addEventListener('popstate', read)
  document.addEventListener('click', event => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.hasAttribute('target') || link.hasAttribute('download')) return
    // A link in a picture has no parts of its own.
    const to = new URL(link.getAttribute('href') ?? '', window.location.href)
    if (to.origin !== window.location.origin) return
    // The skip link stays where it is.
    if (to.hash !== '' && to.pathname === window.location.pathname) return
    event.preventDefault()
    navigate(to.pathname + to.search)
    document.getElementById('main')?.scrollTo(0, 0)
  })
}
