import { useEffect, useRef, useState } from 'preact/hooks'
import { isOfFiles } from '../api/client.ts'
import { following, live, lost } from '../api/live.ts'
import { AddButton } from '../files/add-button.tsx'
import { helpOpen } from './help.tsx'
import { route } from './router.ts'
import { THEMES, theme } from './theme.ts'
import { useNow } from './use-now.ts'

const SCREENS = [
  { name: 'Sessions', path: '/', screens: ['home', 'session', 'trace'] },
  { name: 'Trends', path: '/trends', screens: ['trends'] },
  { name: 'Search', path: '/search', screens: ['search'] },
]

/** The way to every screen, whether something arrives, and the theme. */
export function Header() {
  return (
    <header class="header">
      <a class="brand" href="/">
        codex-otel <span>viewer</span>
      </a>
      <nav aria-label="Screens">
        {SCREENS.map(({ name, path, screens }) => (
          <a key={path} href={path} aria-current={screens.includes(route.value.screen) ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <Arrivals />
      <AddButton label="Add files" hasKey />
      <button
        type="button"
        class="plain"
        aria-label="Keys"
        onClick={() => {
          helpOpen.value = true
        }}
      >
        ?
      </button>
      <label>
        <span class="hidden">Theme</span>
        <select
          value={theme.value}
          onChange={event => {
            theme.value = THEMES.find(name => name === event.currentTarget.value) ?? 'auto'
          }}
        >
          {THEMES.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </header>
  )
}

/** How long the header says that the stream is back, in milliseconds. */
const BACK_MS = 5_000

/** Whether something arrives, and that the stream of it is lost or back. */
function Arrivals() {
  const isBack = useIsBack()
  if (isOfFiles.value) return <span class="arrivals" />
  const gone = lost.value
  const rate = live.value?.perSecond ?? 0
  const text = gone
    ? '○ live is lost'
    : !following.value
      ? '○ not following'
      : isBack
        ? '● live is back'
        : rate > 0
          ? `● ${rate.toFixed(rate < 10 ? 1 : 0)} events/s`
          : '● following'
  return (
    <span class={`arrivals${gone ? ' lost' : following.value ? ' on' : ''}`} title={gone?.reason}>
      {/* A rate that changes is not told. */}
      <span role={gone || isBack ? 'status' : undefined}>{text}</span>
      {gone ? <NextTry atMs={gone.nextMs} /> : null}
    </span>
  )
}

/** Whether the stream was lost a moment ago and is open again. */
function useIsBack(): boolean {
  const [isBack, setBack] = useState(false)
  const wasLost = useRef(false)
  const isLost = lost.value !== undefined
  useEffect(() => {
    const returned = wasLost.current && !isLost && following.peek()
    wasLost.current = isLost
    if (!returned) return setBack(false)
    setBack(true)
    const timer = setTimeout(() => setBack(false), BACK_MS)
    return () => clearTimeout(timer)
  }, [isLost])
  return isBack
}

function NextTry({ atMs }: { atMs: number }) {
  const now = useNow(1_000)
  const seconds = Math.ceil((atMs - now) / 1_000)
  return <>{seconds > 0 ? `, again in ${seconds} s` : ', trying again'}</>
}
