export interface CommandValueOptions {
  run: () => Promise<string>
  /** How long a value is used, in milliseconds. */
  ttlMs: number
  now: () => number
  /** After each run: what went wrong, or `undefined`. */
  onRun: (problem: string | undefined) => void
}

/** What a program prints, kept for a while. */
export interface CommandValue {
  /** @throws Error when there is no value that has not expired and a new one cannot be had. */
  read(): Promise<string>
  /** Runs the program again unless its value is already another one than `rejected`. Never rejects. */
  refresh(rejected: string | undefined): Promise<void>
}

/** From this part of its life on, a value is renewed while the old one is still in use. */
const RENEW_AFTER = 0.8
/** A helper that fails is not started again sooner, however often a value is asked for. */
const PAUSE_AFTER_FAILURE_MS = 5_000

export function createCommandValue({ run, ttlMs, now, onRun }: CommandValueOptions): CommandValue {
  let value: { text: string; since: number } | undefined
  let failure: { error: Error; since: number } | undefined
  let running: Promise<void> | undefined

  /** One run at a time; calls that come meanwhile wait for the same run. */
  function renew(): Promise<void> {
    running ??= run()
      .then(
        text => {
          value = { text, since: now() }
          failure = undefined
          onRun(undefined)
        },
        (error: Error) => {
          failure = { error, since: now() }
          onRun(error.message)
        },
      )
      .finally(() => {
        running = undefined
      })
    return running
  }

  const age = () => (value === undefined ? Number.POSITIVE_INFINITY : now() - value.since)
  const paused = () => failure !== undefined && now() - failure.since < PAUSE_AFTER_FAILURE_MS
  const usable = () => (value !== undefined && age() < ttlMs ? value.text : undefined)

  return {
    async read() {
      const text = usable()
      if (text !== undefined) {
        if (age() >= ttlMs * RENEW_AFTER && !paused()) void renew()
        return text
      }
      if (!paused()) await renew()
      if (failure !== undefined || value === undefined) throw failure?.error ?? new Error('there is no value')
      return value.text
    },
    async refresh(rejected) {
      const text = usable()
      if (text === undefined || text === rejected) await renew()
    },
  }
}
