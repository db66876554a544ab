import type { StartMetricsContender } from './metrics-contender.ts'

/** Each is loaded only where it runs. */
export const METRICS_CONTENDERS = {
  stock: () => import('./metrics-stock.ts'),
  codex: () => import('./metrics-codex.ts'),
} as const satisfies Record<string, () => Promise<{ start: StartMetricsContender }>>

export type MetricsContenderName = keyof typeof METRICS_CONTENDERS
