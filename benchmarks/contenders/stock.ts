import type { Contender } from '@codex/test-kit/contender'
import { startStockToolResults } from '@codex/test-kit/stock-tool-results'
import type { ContenderOptions } from './start-contender.ts'
import { allAttributes, RESOURCE } from './stock-attributes.ts'

/** The OpenTelemetry SDK on the application's thread: one provider with one exporter. */
export const startStock = ({ endpoint }: ContenderOptions, maxQueueSize?: number): Contender =>
  startStockToolResults({ endpoint, resource: RESOURCE, maxQueueSize, attributes: allAttributes })
