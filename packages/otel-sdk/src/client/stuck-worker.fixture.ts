/** What a worker does when it gets the event that it does not survive. */
export type Trap = 'loops' | 'waits' | 'works-on'

const DOES: Readonly<Record<Trap, string>> = {
  loops: 'for (;;) {}',
  waits: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  'works-on': 'const until = Date.now() + 600; while (Date.now() < until) {}',
}

/** The event's value by which it is known. */
export const POISON = 987_654

/** The real worker, but one that is caught by the event with `POISON` in it: once when `marker` is a file that is not there yet. */
export function trappedWorker(trap: Trap, marker?: string): string {
  return `{
    const { existsSync, writeFileSync } = require('node:fs')
    const threads = require('node:worker_threads')
    const receive = threads.receiveMessageOnPort
    const marker = ${JSON.stringify(marker ?? null)}
    threads.receiveMessageOnPort = port => {
      const received = receive(port)
      const poisoned = received?.message.events?.some(event => event.includes(${POISON}))
      if (poisoned && !(marker !== null && existsSync(marker))) {
        if (marker !== null) writeFileSync(marker, '')
        ${DOES[trap]}
      }
      return received
    }
    require('main')
  }`
}
