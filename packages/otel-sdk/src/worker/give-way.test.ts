import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('give-way.fixture.ts', import.meta.url))
/** The niceness of each thread: the 19th field of what the system says of it, the 17th behind the name. */
const PROCESS = `
  const { readdirSync, readFileSync } = require('node:fs')
  const worker = new (require('node:worker_threads').Worker)(${JSON.stringify(FIXTURE)})
  worker.once('message', () => {
    const ids = readdirSync('/proc/self/task')
    const of = id => Number(readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ')[1].split(' ')[16])
    console.log(JSON.stringify({ own: of(process.pid), all: ids.map(of) }))
    process.exit()
  })`

it.runIf(process.platform === 'linux')(
  'the worker alone comes behind the others, the pool of threads among them',
  () => {
    // A process that has not used the pool: it is made by what the worker reads.
    const { own, all } = JSON.parse(execFileSync(process.execPath, ['-e', PROCESS], { encoding: 'utf8' }))
    expect(all.filter((niceness: number) => niceness !== own)).toEqual([own + 5])
    expect(all.length).toBeGreaterThan(8)
  },
)
