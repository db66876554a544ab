import { useEffect, useRef } from 'preact/hooks'
import { access } from '../api/client.ts'
import { AdditionsStrip } from '../files/additions-strip.tsx'
import { DropTarget } from '../files/drop-target.tsx'
import { Search } from '../search/search.tsx'
import { Session } from '../session/session.tsx'
import { Sessions } from '../sessions/sessions.tsx'
import { Trace } from '../trace/trace.tsx'
import { Trends } from '../trends/trends.tsx'
import { Header } from './header.tsx'
import { Help, helpOpen } from './help.tsx'
import { useKeys } from './keys.ts'
import { NoAccess } from './no-access.tsx'
import { navigate, type Route, route } from './router.ts'

/** The header and one screen. */
export function App() {
  useKeys({
    '/': () => navigate('/search'),
    '?': () => {
      helpOpen.value = true
    },
    Escape: () => navigate('/'),
  })
  useFocusOnMain(place(route.value))
  const hasData = access.value === 'open' || access.value === 'ended'
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <AdditionsStrip />
      {access.value === 'locked' || access.value === 'ended' ? <NoAccess reason={access.value} /> : null}
      <main id="main" tabIndex={-1}>
        {hasData ? <Screen route={route.value} /> : null}
      </main>
      <Help />
      <DropTarget />
    </>
  )
}

/** What a person goes to: the events of one session are one place. */
function place(route: Route): string {
  if (route.screen === 'session') return `session ${route.session}`
  return route.screen === 'trace' ? `trace ${route.trace}` : route.screen
}

/** Gives the focus to the content of another place, where reading begins. */
function useFocusOnMain(place: string): void {
  const before = useRef(place)
  useEffect(() => {
    const main = document.getElementById('main')
    // A screen may have given it to a part of its own.
    if (before.current !== place && !main?.contains(document.activeElement)) main?.focus({ preventScroll: true })
    before.current = place
  }, [place])
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'home':
      return <Sessions />
    case 'session':
      return <Session session={route.session} event={route.event} />
    case 'trace':
      return <Trace trace={route.trace} />
    case 'trends':
      return <Trends />
    case 'search':
      return <Search />
    case 'unknown':
      return (
        <section class="notice">
          <h1>No page is here</h1>
          <p>
            <a href="/">All sessions</a> are on the first page.
          </p>
        </section>
      )
  }
}
