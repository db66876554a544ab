import type { StartSpansContender } from './spans-contender.ts'

/** Each is loaded only where it runs. */
export const SPANS_CONTENDERS = {
  stock: () => import('./spans-stock.ts'),
  codex: () => import('./spans-codex.ts'),
  untraced: () => import('./spans-untraced.ts'),
} as const satisfies Record<string, () => Promise<{ start: StartSpansContender }>>

export type SpansContenderName = keyof typeof SPANS_CONTENDERS
