import type { AttributeValue } from '@codex/otel-api'

/**
 * An event on its way to the worker: the number of its row in the event table, its time in milliseconds since the epoch,
 * the slot of its session, the number of the span that it belongs to, then the fields in the order of the row's columns; an
 * absent field is `undefined`. An array without keys crosses the threads at a fraction of an object's cost. This file alone
 * knows where each part is.
 */
export type EventTuple = [row: number, timeMs: number, slot: number, span: number, ...fields: unknown[]]

/** Where the fields begin. */
export const FIRST_FIELD = 4

/** The number of no span. */
export const NO_SPAN = 0

/** Begins an event; its slot is set by `setSlot`, its fields are appended in the order of the columns. */
export const openTuple = (row: number, timeMs: number): EventTuple => [row, timeMs, 0, NO_SPAN]

/** A tuple to be used again for events of one row, with all of its fields absent. */
export const openRowTuple = (row: number, columns: number): EventTuple => [
  ...openTuple(row, 0),
  ...Array.from({ length: columns }, () => undefined),
]

export const setTime = (tuple: EventTuple, timeMs: number): void => {
  tuple[1] = timeMs
}

export const setField = (tuple: EventTuple, column: number, value: unknown): void => {
  tuple[FIRST_FIELD + column] = value
}

/** Takes the fields off, so that the tuple holds no text any more. */
export const clearFields = (tuple: EventTuple): void => {
  // `fill` takes the engine several times as long for so few.
  for (let i = FIRST_FIELD; i < tuple.length; i++) tuple[i] = undefined
}

export const setSlot = (tuple: EventTuple, slot: number): void => {
  tuple[2] = slot
}

export const setSpan = (tuple: EventTuple, span: number): void => {
  tuple[3] = span
}

export const rowOf = (tuple: EventTuple): number => tuple[0]
/** In milliseconds since the epoch. */
export const timeOf = (tuple: EventTuple): number => tuple[1]
export const slotOf = (tuple: EventTuple): number => tuple[2]
/** The number of the span that it belongs to, or `NO_SPAN`. */
export const spanOf = (tuple: EventTuple): number => tuple[3]

/** The field of the column with this index; `undefined` where it is absent. */
export const fieldOf = (tuple: EventTuple, column: number): unknown => tuple[FIRST_FIELD + column]

/** The row of an event that the application declares, which is in no table. */
const OWN_ROW = -1

/**
 * Begins an event of the application's own; its attributes are appended by `pushOwn`. `leftOut` counts those that could not
 * be sent.
 */
export const openOwnTuple = (name: string, timeMs: number, leftOut: number): EventTuple => [
  OWN_ROW,
  timeMs,
  0,
  NO_SPAN,
  name,
  leftOut,
]

export const pushOwn = (tuple: EventTuple, name: string, value: AttributeValue): void => {
  tuple.push(name, value)
}

export const isOwn = (tuple: EventTuple): boolean => tuple[0] === OWN_ROW
export const ownName = (tuple: EventTuple): string => tuple[FIRST_FIELD] as string
export const leftOutOf = (tuple: EventTuple): number => tuple[FIRST_FIELD + 1] as number

export function* ownAttributes(tuple: EventTuple): Generator<[name: string, value: AttributeValue]> {
  for (let i = FIRST_FIELD + 2; i < tuple.length; i += 2) yield [tuple[i] as string, tuple[i + 1] as AttributeValue]
}
