import { effect, signal } from '@preact/signals'

/** `auto` follows the system. */
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'theme'

export const theme = signal<Theme>('auto')

/** Takes the theme that was chosen last, and keeps the next choice. */
export function startTheme(): void {
  theme.value = THEMES.find(name => name === stored()) ?? 'auto'
  effect(() => {
    document.documentElement.dataset.theme = theme.value
    try {
      if (theme.value === 'auto') window.localStorage.removeItem(KEY)
      else window.localStorage.setItem(KEY, theme.value)
    } catch {
      // A browser that keeps nothing still shows the choice.
    }
  })
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(KEY)
  } catch {
    return null
  }
}
