import { LogsExporterMetricsHelper } from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { describe, expect, it, vi } from 'vitest'
import { createJournalingDelegate } from './journaling-delegate.ts'

describe('createJournalingDelegate', () => {
  const records = [{}, {}, {}] as ReadableLogRecord[]

  async function exportRecords(serializeRequest: () => Uint8Array | undefined, accepted: number) {
    const delivery = { accept: vi.fn(() => accepted), refuse: vi.fn() }
    const delegate = createJournalingDelegate<ReadableLogRecord[], unknown>({
      delivery,
      serializer: { serializeRequest, deserializeResponse: () => ({}) },
      metricsHelper: LogsExporterMetricsHelper,
      countRecords: exported => exported.length,
    })
    const result = await new Promise<{ code: number }>(resolve => delegate.export(records, resolve))
    return { delivery, result }
  }

  it('hands a serialized request to the delivery', async () => {
    const { delivery, result } = await exportRecords(() => Uint8Array.of(1), 3)
    expect(result.code).toBe(0)
    expect(delivery.accept).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(1))
    expect(delivery.refuse).not.toHaveBeenCalled()
  })

  const thrown = (): never => {
    throw new Error('no such type')
  }

  it.each<[string, () => Uint8Array | undefined]>([
    ['throws', thrown],
    ['returns nothing', () => undefined],
    ['returns bytes that are no request', () => Uint8Array.of(255)],
  ])('refuses the records when the serializer %s', async (_, serialize) => {
    const { delivery, result } = await exportRecords(serialize, 0)
    expect(result.code).toBe(1)
    expect(delivery.refuse).toHaveBeenCalledExactlyOnceWith(3)
  })
})
