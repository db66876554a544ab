export { decodeBinary, decodeJson, encodeBinary, encodeJson } from './otlp-codec.ts'
export { type MessageName, type OtlpMessage, type OtlpMessageInit, otlpMessages } from './otlp-messages.ts'
