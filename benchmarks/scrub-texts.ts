/** The free texts of one `codex.tool_result`, as agents send them: with its other attributes about 560 bytes. */
export interface ToolTexts {
  name: string
  arguments: string
  output: string
}

const patch = [
  '*** Begin Patch',
  '*** Update File: src/server.ts',
  '@@ export function start(port: number) {',
  '-  const server = createServer(handler)',
  '+  const server = createServer({ keepAlive: true }, handler)',
  '*** End Patch',
].join('\n')

export const ORDINARY_EVENTS: readonly ToolTexts[] = [
  {
    name: 'search',
    arguments: JSON.stringify({
      cmd: "rg -n 'createServer' packages/server/src --glob '*.ts' | head -40",
      workdir: '/home/dev/app',
    }),
    output:
      "Wall time: 0.0231 seconds\nOutput:\nsrc/http.ts:14:import { createServer } from 'node:http'\nsrc/http.ts:88:  const server = createServer(handler)\nExit code: 0\n",
  },
  {
    name: 'patch',
    arguments: JSON.stringify({ cmd: `apply_patch <<'EOF'\n${patch}\nEOF` }),
    output: 'Success. Updated the following files:\nM src/server.ts\n',
  },
  {
    name: 'tests',
    arguments: JSON.stringify({ cmd: 'npm test -- --reporter=dot', timeout_ms: 120_000 }),
    output:
      'Wall time: 12.4512 seconds\nOutput:\n\n> app@1.4.2 test\n> vitest run --reporter=dot\n\n Test Files  18 passed (18)\n      Tests  214 passed (214)\n   Duration  11.03s\n\nExit code: 0\n',
  },
  {
    name: 'listing',
    arguments: JSON.stringify({ cmd: 'git log --oneline -5 && ls -la src', workdir: '/home/dev/app' }),
    output:
      '3f78685 server: keep connections alive\n9c1e2ab config: read the file once\n-rw-r--r-- 1 dev dev 2201 Jan  4 10:12 config.ts\n-rw-r--r-- 1 dev dev  812 Jan  4 10:12 http.ts\n-rw-r--r-- 1 dev dev 1190 Jan  4 10:12 main.ts\n',
  },
  {
    name: 'code about tokens',
    arguments: JSON.stringify({ cmd: "sed -n '1,12p' src/tokens.ts" }),
    output:
      'export interface Token { key: string; expiresAt: number }\nexport function tokenFor(key: string): Token | undefined {\n  const token = cache.get(key)\n  return token && token.expiresAt > Date.now() ? token : undefined\n}\n',
  },
]

/** A long text of the same kind. */
export function longText(length: number): string {
  const round = ORDINARY_EVENTS.map(event => `${event.arguments}\n${event.output}`).join('\n')
  return round.repeat(Math.ceil(length / round.length)).slice(0, length)
}
