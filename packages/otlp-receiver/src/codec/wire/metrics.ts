import { temporalityOf } from '../enumerations.ts'
import type { ReceivedMetricPoint, ReceivedResource, ReceivedScope } from '../records.ts'
import type { Cursor } from './cursor.ts'
import { type MetricData, type Place, POINT_READERS } from './points.ts'
import { ITEM_DEPTH } from './requests.ts'
import { readAttribute } from './values.ts'

/** The bits of the fields of a Metric, and of those among them that hold its points. */
const METRIC = 0b1_1110_1010_1110
const DATA = 0b0_1110_1010_0000
const SUM = 7
/** The fields of what holds the points, beside the points themselves. */
const DATA_FIELDS: Readonly<Record<number, number>> = { 5: 0b10, 7: 0b1110, 9: 0b110, 10: 0b110, 11: 0b10 }

interface Piece {
  start: number
  end: number
}

/** Reads one metric, and calls `visit` for each of its points. */
export function readMetric(
  cursor: Cursor,
  end: number,
  resource: ReceivedResource,
  scope: ReceivedScope,
  visit: (point: ReceivedMetricPoint) => void,
): void {
  const place: Place = { name: '', description: '', unit: '', resource, scope }
  // The points may come before the name, and in several pieces. Of two kinds of points the last counts.
  let field = 0
  let pieces: Piece[] = []
  let metadata = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    const number = tag >>> 3
    if (tag === 10) place.name = cursor.text(end)
    else if (tag === 18) place.description = cursor.text(end)
    else if (tag === 26) place.unit = cursor.text(end)
    else if (tag === 98) readAttribute(cursor, cursor.until(end), ITEM_DEPTH + 1, 0, {}, ++metadata)
    else if ((tag & 7) === 2 && number < 12 && (DATA >>> number) & 1) {
      if (number !== field) {
        readPieces(cursor, field, pieces, place, () => {})
        pieces = []
        field = number
      }
      const pieceEnd = cursor.until(end)
      pieces.push({ start: cursor.position, end: pieceEnd })
      cursor.position = pieceEnd
    } else cursor.skip(tag, end, ITEM_DEPTH, METRIC)
  }
  cursor.finish(end)
  readPieces(cursor, field, pieces, place, visit)
}

function readPieces(
  cursor: Cursor,
  field: number,
  pieces: readonly Piece[],
  place: Place,
  visit: (point: ReceivedMetricPoint) => void,
): void {
  const readPoint = POINT_READERS[field]
  if (!readPoint) return
  const after = cursor.position
  const known = DATA_FIELDS[field] ?? 0
  const data: MetricData = { temporality: 'unspecified', monotonic: false }
  for (const { start, end } of pieces) {
    cursor.position = start
    while (cursor.position < end) {
      const tag = cursor.tag()
      if (tag === 10) cursor.skipLength(end)
      else if (tag === 16 && known & 0b100) data.temporality = temporalityOf(cursor.int32())
      else if (tag === 24 && field === SUM) data.monotonic = cursor.bool()
      else cursor.skip(tag, end, ITEM_DEPTH + 1, known)
    }
    cursor.finish(end)
  }
  for (const { start, end } of pieces) {
    cursor.position = start
    while (cursor.position < end) {
      const tag = cursor.tag()
      if (tag === 10) {
        cursor.allowance.begin()
        visit(readPoint(cursor, cursor.until(end), place, data))
      } else cursor.skip(tag, end, ITEM_DEPTH + 1, 0)
    }
  }
  cursor.position = after
}
