import { UsageError } from '../usage-error.ts'

export const noSession = (id = ''): UsageError =>
  new UsageError(`there is no session ${JSON.stringify(id)}. codex-otel-viewer sessions lists those that are there.`)
