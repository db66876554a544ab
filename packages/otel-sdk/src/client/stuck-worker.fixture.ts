/** What a worker does when it gets the event that it does not survive. */
export type Trap = 'loops' | 'waits' | 'works-on'

const DOES: Readonly<Record<Trap, string>> = {
  loops: 'for (;;) {}',
  waits: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  'works-on': 'const until = Date.now() + 600; while (Date.now() < until) {}',
}

/** The event's value by which it is known. */
export const POISON = 987_654

/**
 * The real worker, but one that is caught by the event with `POISON` in it, when it makes a text of the number: once when
 * `marker` is a file that is not there yet.
 */
export function trappedWorker(trap: Trap, marker?: string): string {
  return `{
    const { existsSync, writeFileSync } = require('node:fs')
    const marker = ${JSON.stringify(marker ?? null)}
    globalThis.String = new Proxy(String, {
      apply(text, self, values) {
        if (values[0] === ${POISON} && !(marker !== null && existsSync(marker))) {
          if (marker !== null) writeFileSync(marker, '')
          ${DOES[trap]}
        }
        return Reflect.apply(text, self, values)
      },
    })
    require('main')
  }`
}
