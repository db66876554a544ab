import { isOfFiles } from '../api/client.ts'
import { following, live } from '../api/live.ts'
import { helpOpen } from './help.tsx'
import { route } from './router.ts'
import { THEMES, theme } from './theme.ts'

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
      <label class="theme">
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

function Arrivals() {
  if (isOfFiles.value) return null
  if (!following.value) return <span class="arrivals">○ not following</span>
  const rate = live.value?.perSecond ?? 0
  return <span class="arrivals on">{rate > 0 ? `● ${rate.toFixed(rate < 10 ? 1 : 0)} events/s` : '● following'}</span>
}
