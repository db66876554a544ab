/** A time in milliseconds since the epoch as OpenTelemetry has it: seconds, and nanoseconds within the second. */
export const hrTime = (timeMs: number): [seconds: number, nanoseconds: number] => [
  Math.floor(timeMs / 1000),
  (timeMs % 1000) * 1_000_000,
]
