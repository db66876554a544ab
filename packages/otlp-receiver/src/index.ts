export type {
  Answer,
  Behaviour,
  BehaviourOf,
  MisbehaveOptions,
  Misbehaviour,
  RequestHead,
  Transport,
} from './behaviour.ts'
export type { ReceiverTls } from './listener.ts'
export type { ReceivedRequest, Retain, WaitOptions } from './received.ts'
export type * from './records.ts'
export type { Encoding, PartialSuccess } from './signals.ts'
export { type Receiver, type ReceiverOptions, startReceiver } from './start-receiver.ts'
