import type { Contender } from '@codex/test-kit/contender'

export interface ContenderOptions {
  /** Where OTLP over HTTP, binary, is taken; unreachable for what sends nothing. */
  endpoint: string
  /** A directory of this run's own, as an absolute path. */
  codexHome: string
}

export type StartContender = (options: ContenderOptions) => Contender
