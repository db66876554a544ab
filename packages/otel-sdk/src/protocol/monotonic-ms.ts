// Taken when this is loaded: tests of applications replace the platform's clocks by ones of their own.
const { bigint } = process.hrtime

/** A clock that nobody sets and that all threads of the process share, in milliseconds. */
export const monotonicMs = (): number => Number(bigint()) / 1e6
