import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { APP_VERSION } from '@codex/test-kit/contender'
import { pino } from 'pino'
import { askArrived } from '../harness/child-process.ts'
import { LARGE_QUEUE } from './large-queue.ts'
import type { StartContender } from './start-contender.ts'
import { eventAttributes, RESOURCE, SESSION_ATTRIBUTES } from './stock-attributes.ts'

/** How often the receiver is asked. */
const POLL_MS = 5
/** When nothing more has arrived for so long, the rest is lost. */
const LOST_AFTER_MS = 3000

/**
 * A logger that writes lines of JSON, and a worker that reads them and sends them over OTLP with an SDK of its own. The
 * records have no event name. A transport is a file that pino loads by its path: it stays outside of the bundle.
 */
export const start: StartContender = ({ endpoint }) => {
  const transport = pino.transport({
    target: fileURLToPath(import.meta.resolve('pino-opentelemetry-transport')),
    options: {
      loggerName: 'codex_otel',
      serviceVersion: APP_VERSION,
      resourceAttributes: RESOURCE,
      logRecordProcessorOptions: {
        recordProcessorType: 'batch',
        exporterOptions: { protocol: 'http/protobuf', protobufExporterOptions: { url: endpoint } },
        // Its flush does not reach the SDK, which keeps an incomplete batch for a second otherwise.
        processorConfig: { maxQueueSize: LARGE_QUEUE, scheduledDelayMillis: 100 },
      },
    },
  })
  const logger = pino({ base: null }, transport).child(SESSION_ATTRIBUTES)
  let emitted = 0
  return {
    emit(sequence) {
      emitted++
      logger.info(eventAttributes(sequence, Date.now()))
    },
    async flush() {
      await new Promise(resolve => logger.flush(resolve))
      let arrived = await askArrived()
      let changed = performance.now()
      while (arrived < emitted && performance.now() - changed < LOST_AFTER_MS) {
        await wait(POLL_MS)
        const now = await askArrived()
        if (now > arrived) changed = performance.now()
        arrived = now
      }
    },
    async shutdown() {
      // Neither the worker nor what it still sends holds the process.
      const hold = setInterval(() => {}, 1000)
      const closed = once(transport, 'close')
      transport.end()
      await closed
      clearInterval(hold)
    },
  }
}
