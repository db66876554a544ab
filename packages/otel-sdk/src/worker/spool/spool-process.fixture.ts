/*
 * A process for tests in which several processes, killed ones too, use one spool.
 *   write N    stores N numbered requests, prints each number once it is stored, acknowledges every third; then waits
 *   leave N    stores N numbered requests, prints each number, and ends
 *   take       takes over all requests, prints their numbers, acknowledges them and ends
 */
import { writeSync } from 'node:fs'
import { Spool } from './spool.ts'

const [mode, directory = '', count = '0', first = '0'] = process.argv.slice(2)
const spool = new Spool({ directory, maxBytes: 64 * 1024 * 1024, maxAgeMs: 7 * 86_400_000 })
const logs = spool.destination({ signal: 'logs', endpoint: 'https://collector.example/v1/logs' }, () => {})
const print = (word: string, id: number) => writeSync(1, `${word} ${id}\n`)

if (mode === 'take') {
  for (let found = logs.claim(); found !== undefined; found = logs.claim()) {
    for (const request of found) print('took', Number(new TextDecoder().decode(logs.read(request)).replace(/\.*$/, '')))
    logs.acknowledge(found)
  }
} else {
  for (let id = Number(first); id < Number(first) + Number(count); id++) {
    const stored = logs.append(Buffer.from(String(id).padEnd(500 + (id % 7) * 1_000, '.')), 1)
    if (stored !== undefined) print('stored', id)
    if (mode === 'write' && stored !== undefined && id % 3 === 0) {
      logs.acknowledge([stored])
      print('acknowledged', id)
    }
  }
}
if (mode === 'write') setInterval(() => {}, 1_000)
else logs.end()
