import { expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'

it('without an option the viewer is alone with its machine, asks for a token, and keeps 30 days and 2 GB at most', async () => {
  expect(await parseCommandLine([])).toMatchObject({
    ...{ name: 'serve', http: 4318, grpc: 4317, host: undefined, insecure: false, allowOrigins: [] },
    ...{ token: true, open: false, memory: false, content: true },
    ...{ retainMs: 30 * 86_400_000, maxSize: 2_000_000_000 },
  })
})

it('each option of the receiver and the store is read', async () => {
  const options = '--otlp-http 1 --otlp-grpc 2 --port 3 --host ::1 --retain 12h --max-size 5MB --no-token --no-content'
  expect(await parseCommandLine([...options.split(' '), '--db', 'a.db'])).toMatchObject({
    ...{ http: 1, grpc: 2, port: 3, host: '::1', db: 'a.db' },
    ...{ token: false, content: false, retainMs: 12 * 3_600_000, maxSize: 5_000_000 },
  })
})
