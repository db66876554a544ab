// Compiles only when whatever an application can import from the no-op has the same type in the SDK. (The SDK exports
// more, for those who import it by name; through `#telemetry` such an import fails in the other build.)
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type Sdk = typeof import('@codex/otel-sdk')
type Noop = typeof import('@codex/otel-api/noop')

type Different = {
  [Name in keyof Noop]: Name extends keyof Sdk ? (Same<Sdk[Name], Noop[Name]> extends true ? never : Name) : Name
}[keyof Noop]

export const allTheSame: [Different] extends [never] ? true : Different = true
// The comparison itself can fail.
export const notJustAnything: Same<Sdk['createTelemetry'], () => void> = false
