import type { RecordOf, SignalName } from '@codex/otlp-receiver'
import { readLog } from '../agents/read-log.ts'
import { type DecodedRequest, withoutRecords } from './decode-request.ts'
import { Fingerprints } from './fingerprints.ts'
import type { Database } from './open-database.ts'
import { recordsAt } from './records-at.ts'
import { timeOf } from './write-events.ts'
import { seriesKey } from './write-points.ts'

type AnyRecord = RecordOf<SignalName>

/** Where a record's equal may be, and whether it may as well be the next one of the same moment. */
interface Place {
  rows: readonly number[]
  atTheEnd: boolean
}

const NOWHERE: Place = { rows: [], atTheEnd: false }

/**
 * Finds records that are sent a second time. Senders do that when an answer is lost, and an agent that was killed has its
 * last requests sent by its next run; what they count would count twice.
 *
 * A record is known when a stored one is equal to it in everything. Indexes say where that may be, so a record that is later than
 * all of its session costs nothing. At the last moment of a session equal records may be two: they are known only where the request
 * has others that are.
 */
export class SentAgain {
  private readonly db: Database
  private readonly findSession
  private readonly findEvents
  private readonly findSpans
  private readonly findSeries
  private readonly findPoints

  constructor(db: Database) {
    this.db = db
    this.findSession = db.prepare('SELECT id, last FROM session WHERE key = ?')
    this.findEvents = db.prepare('SELECT id FROM event WHERE session IS ? AND time = ?')
    this.findSpans = db.prepare('SELECT id FROM span WHERE trace = ? AND span = ?')
    this.findSeries = db.prepare('SELECT id FROM series WHERE key = ?')
    this.findPoints = db.prepare('SELECT id FROM point WHERE series = ? AND time = ?')
  }

  /** The request without the records that are known; `undefined` when all are. */
  without(request: DecodedRequest): DecodedRequest | undefined {
    const { signal, records } = request
    const placeOf = this.finder(signal)
    const places = records.map(record => placeOf(record))
    const rows = new Set(places.flatMap(place => place.rows))
    if (rows.size === 0) return request
    const fingerprints = new Fingerprints()
    const stored = new Map<number, string>()
    for (const [row, record] of recordsAt(this.db, signal, [...rows])) stored.set(row, fingerprints.of(record))
    const known = records.map((record, index) => {
      const { rows } = places[index] ?? NOWHERE
      const fingerprint = rows.length === 0 ? undefined : fingerprints.of(record)
      const row = rows.find(row => stored.get(row) === fingerprint)
      // A stored record stands for one of the request.
      if (row !== undefined) stored.delete(row)
      return row !== undefined
    })
    const certain = known.every(Boolean) || known.some((isKnown, index) => isKnown && places[index]?.atTheEnd === false)
    return withoutRecords(
      request,
      known.map(isKnown => isKnown && certain),
    )
  }

  /** What finds the place of each record of a request. */
  private finder(signal: SignalName): (record: AnyRecord) => Place {
    switch (signal) {
      case 'logs':
        return this.logFinder()
      case 'metrics':
        return record => this.placeOfPoint(record as RecordOf<'metrics'>)
      case 'traces':
        return record => this.placeOfSpan(record as RecordOf<'traces'>)
    }
  }

  private logFinder(): (record: AnyRecord) => Place {
    const sessions = new Map<string, { id: number; last: number } | undefined>()
    return record => {
      const log = record as RecordOf<'logs'>
      const time = timeOf(log.timeUnixNano || log.observedTimeUnixNano)
      const key = readLog(log).session
      if (time === undefined) return NOWHERE
      // What is of no session tells nothing by its time.
      if (key === undefined) return placeIn(this.findEvents.all(null, time), true)
      if (!sessions.has(key)) sessions.set(key, this.findSession.get(key) as { id: number; last: number } | undefined)
      const session = sessions.get(key)
      if (session === undefined || time > session.last) return NOWHERE
      return placeIn(this.findEvents.all(session.id, time), time === session.last)
    }
  }

  private placeOfPoint(point: RecordOf<'metrics'>): Place {
    const time = timeOf(point.timeUnixNano)
    const series = this.findSeries.get(seriesKey(point)) as { id: number } | undefined
    return time === undefined || series === undefined ? NOWHERE : placeIn(this.findPoints.all(series.id, time))
  }

  private placeOfSpan({ traceId, spanId }: RecordOf<'traces'>): Place {
    return placeIn(this.findSpans.all(Buffer.from(traceId, 'hex'), Buffer.from(spanId, 'hex')))
  }
}

const placeIn = (rows: object[], atTheEnd = false): Place =>
  rows.length === 0 ? NOWHERE : { rows: rows.map(row => (row as { id: number }).id), atTheEnd }
