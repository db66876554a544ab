import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/** A program that speaks MCP, or fails as its mode says. Given a file, it starts a process and writes the ids of both. */
const [mode = 'good', pidFile] = process.argv.slice(2)

if (mode === 'dies') {
  process.stderr.write('starting\ncannot find my settings\n')
  process.exitCode = 4
} else if (mode === 'floods') {
  const chunk = 'x'.repeat(1 << 16)
  const write = (): void => void process.stdout.write(chunk, write)
  write()
} else if (mode === 'mute' || mode === 'stays') {
  process.stdin.resume()
  process.on('SIGTERM', () => {})
  setInterval(() => {}, 1 << 30)
} else {
  process.stdout.write('some chatter that is no message\n')
}
if (pidFile !== undefined) {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  writeFileSync(pidFile, `${process.pid} ${child.pid}`)
  child.unref()
}
if (mode === 'good' || mode === 'stays') {
  // Imported only in the modes that use it, so that the other modes start quickly.
  const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio')
  const { createTestServer } = await import('./test-server.ts')
  await createTestServer().connect(new StdioServerTransport())
}
