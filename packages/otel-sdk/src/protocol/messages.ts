import type { MessagePort } from 'node:worker_threads'
import type { Diagnostic, UserIdentity } from '@codex/otel-api'
import type { InstrumentKind } from '../catalogue/instrument.ts'
import type { CarriedSignal } from '../catalogue/signals.ts'
import type { EffectiveConfig } from '../config/effective-config.ts'

/** What is said of the process by its application, or else by its first sessions. In memory only. */
export interface ProcessFacts {
  /** `service.name` of the resource. */
  serviceName?: string | undefined
  /** Whom `user_id` stands for. */
  identity?: UserIdentity | undefined
}

/** What the worker is started with. */
export interface WorkerStart extends ProcessFacts {
  config: EffectiveConfig
  serviceVersion: string
  /** The name of a worker of this process that crashed: what it left on disk is sent now. */
  spoolPredecessor?: string | undefined
  shared: SharedArrayBuffer
  /** The port that everything else goes through, in both directions and in order. */
  port: MessagePort
}

/** A metric with its tags, and the number that stands for it. */
export interface SeriesDescription {
  id: number
  name: string
  kind: InstrumentKind
  attributes: Readonly<Record<string, string | boolean>>
}

export interface MeasurementsMessage {
  type: 'measurements'
  /** The new ones. */
  series: readonly SeriesDescription[]
  /** Pairs of a series' id and a value. */
  values: Float64Array
  /** How many measurements the values are. */
  count: number
  /** Whether to write to disk what was recorded and is not exported; without a spool it is exported. */
  checkpoint: boolean
  bytes: number
}

/** From the application's thread to the worker, in order. Times are of `monotonicMs`. */
export type ToWorker =
  /** Memory with events: read on here when the chunk before is read up to `eventsTo`. */
  | { type: 'chunk'; buffer: SharedArrayBuffer | ArrayBuffer }
  | MeasurementsMessage
  /** Comes before the records of the session that showed it. */
  | { type: 'process'; facts: ProcessFacts }
  /** Send what came before, and go on. */
  | { type: 'flush'; id: number; untilMs: number }
  /** Send what came before, and end. */
  | { type: 'shutdown'; id: number; untilMs: number }
  /** The application's thread waits, blocked: do what can be done until then, and say so in `SharedSlot.left`. */
  | { type: 'leave'; id: number; untilMs: number; end: boolean }

/** A message in its place among the events: those that end here or before in the chunk that the worker has came before it. */
export type Posted = ToWorker & { eventsTo: number }

/** A diagnostic, and why it happened. */
export interface WorkerDiagnostic extends Diagnostic {
  /** The message without its counts, which are out of date as soon as more records are lost. Default: the message. */
  cause?: string
}

/** From the worker to the application's thread. */
export type FromWorker =
  /** The name under which the worker owns what it keeps on disk. */
  | { type: 'started'; spoolOwner: string | undefined }
  | { type: 'flushed'; id: number; delivered: boolean }
  /** The console exporter has written to a terminal. */
  | { type: 'printed' }
  | { type: 'diagnostic'; signal: CarriedSignal; diagnostic: WorkerDiagnostic }
