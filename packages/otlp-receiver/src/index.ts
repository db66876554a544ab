export type { Encoding } from './codec/encoding.ts'
export { keepRecords } from './codec/keep-records.ts'
export { MalformedRequest } from './codec/malformed-request.ts'
export { readRecords } from './codec/read-records.ts'
export { recodeRequest } from './codec/recode-request.ts'
export type { RecordLimits } from './codec/record-limits.ts'
export type * from './codec/records.ts'
export { type Hides, REDACTED, redactRequest } from './codec/redact-request.ts'
export type { PartialSuccess, RecordOf, SignalName } from './codec/signals.ts'
export type { Answer, Behaviour } from './misbehave/behaviour.ts'
export type { BehaviourOf, MisbehaveOptions, Misbehaviour } from './misbehave/misbehaviours.ts'
export type { RequestHead, Transport } from './misbehave/request-head.ts'
export type { Batch, BatchOf, Outcome } from './server/batch.ts'
export {
  createOtlpServer,
  type OtlpServer,
  type OtlpServerOptions,
} from './server/create-otlp-server.ts'
export type { GivenLimits, ServerLimits } from './server/limits.ts'
export type { ServerTls } from './server/listener.ts'
export type { ReceivedRequest, Retain, WaitOptions } from './server/received.ts'
export type { Refusal } from './server/refusal.ts'
export { type Receiver, type ReceiverOptions, startReceiver } from './server/start-receiver.ts'
