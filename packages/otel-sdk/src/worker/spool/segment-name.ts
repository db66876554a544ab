import { basename } from 'node:path'

/** The parts of a segment's name. Segments in the order of their names are in the order of their age. */
export interface SegmentName {
  /** When the file was made, in milliseconds since the epoch. */
  createdMs: number
  /** Random, 16 hex digits: process ids repeat when containers share a home. */
  owner: string
  /** Different for each segment of an owner. */
  number: number
}

const pattern = /^(\d{13})-([0-9a-f]{16})-(\d{1,9})\.otlp$/

export function formatSegmentName({ createdMs, owner, number }: SegmentName): string {
  return `${String(Math.min(Math.max(0, Math.floor(createdMs)), 9_999_999_999_999)).padStart(13, '0')}-${owner}-${number}.otlp`
}

/** `undefined` for any other file. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, created, owner, number] = pattern.exec(name) ?? []
  if (created === undefined || owner === undefined || number === undefined) return undefined
  return { createdMs: Number(created), owner, number: Number(number) }
}

/** The owner of the segment at this path; empty where its name is no segment's. */
export const ownerIn = (path: string): string => parseSegmentName(basename(path))?.owner ?? ''
