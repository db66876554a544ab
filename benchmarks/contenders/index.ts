import type { StartContender } from './start-contender.ts'

/** Each is loaded only where it runs. */
export const CONTENDERS = {
  'stock-default': () => import('./stock-default.ts'),
  'stock-large': () => import('./stock-large.ts'),
  codex: () => import('./codex.ts'),
  noop: () => import('./noop.ts'),
  'bare-worker': () => import('./bare-worker.ts'),
} as const satisfies Record<string, () => Promise<{ start: StartContender }>>

export type ContenderName = keyof typeof CONTENDERS

/** How the results page calls them. */
export const LABELS: Record<ContenderName, string> = {
  'stock-default': 'OpenTelemetry SDK, default queue',
  'stock-large': 'OpenTelemetry SDK, large queue',
  codex: 'codex-otel',
  noop: 'built without the feature',
  'bare-worker': 'an empty worker thread',
}
