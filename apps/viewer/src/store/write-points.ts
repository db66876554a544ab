import type { ReceivedMetricPoint } from '@codex/otlp-receiver'
import { text, word } from '../agents/read-log.ts'
import { plain } from '../plain.ts'
import type { Database } from './open-database.ts'
import { type Shared, timeOf } from './write-events.ts'

/** How many series are remembered; the file has all of them. */
const REMEMBERED = 10_000

/** Writes the rows of data points. */
export class PointWriter {
  private readonly shared: Shared
  private readonly insert
  private readonly findSeries
  private readonly insertSeries
  private readonly series = new Map<string, number>()

  constructor(db: Database, shared: Shared) {
    this.shared = shared
    this.insert = db.prepare('INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.findSeries = db.prepare('SELECT id FROM series WHERE key = ?')
    this.insertSeries = db.prepare(
      'INSERT INTO series (key, name, unit, kind, temporality, monotonic, session, attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
  }

  /** @returns the point's time, in microseconds */
  write(id: number, chunk: number, place: number, point: ReceivedMetricPoint): number {
    const time = timeOf(point.timeUnixNano) ?? this.shared.now()
    const isNumber = point.kind === 'gauge' || point.kind === 'sum'
    const value = isNumber ? point.value : point.sum
    this.insert.run(
      id,
      chunk,
      place,
      this.seriesOf(point, time),
      time,
      value === undefined ? null : Number(value),
      isNumber || !Number.isSafeInteger(point.count) ? null : point.count,
    )
    return time
  }

  forget(): void {
    this.series.clear()
  }

  private seriesOf(point: ReceivedMetricPoint, time: number): number {
    const key = seriesKey(point)
    const known = this.series.get(key) ?? (this.findSeries.get(key) as { id: number } | undefined)?.id
    if (known !== undefined) {
      this.remember(key, known)
      return known
    }
    const session = word(point.attributes['conversation.id']) ?? word(point.attributes['session.id'])
    const { lastInsertRowid } = this.insertSeries.run(
      key,
      point.name,
      point.unit,
      point.kind,
      'temporality' in point ? point.temporality : null,
      point.kind === 'sum' ? Number(point.monotonic) : null,
      session === undefined ? null : this.shared.sessions.of(session, time).id,
      attributesOf(point),
    )
    this.remember(key, Number(lastInsertRowid))
    return Number(lastInsertRowid)
  }

  private remember(key: string, id: number): void {
    if (this.series.size >= REMEMBERED) this.series.clear()
    this.series.set(key, id)
  }
}

const attributesOf = ({ attributes }: ReceivedMetricPoint): string => JSON.stringify(plain(attributes))

/** Points with this in common are one series. */
export function seriesKey(point: ReceivedMetricPoint): string {
  const { 'service.name': service, 'service.instance.id': instance } = point.resource.attributes
  return [point.name, point.kind, text(service) ?? '', text(instance) ?? '', attributesOf(point)].join('\n')
}
