import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SOURCES } from './applications.ts'
import { BUNDLERS } from './bundlers.ts'
import { type Checked, EVENTS } from './check-program.ts'
import { TEST_RUNNERS } from './check-test-runners.ts'
import { MODULE_RESOLUTIONS, TYPES_CONDITION } from './check-types.ts'
import { ENDINGS } from './run-agent.ts'
import { DENO_PERMISSIONS } from './runtimes.ts'
import { versionOf } from './tools.ts'

const WRITTEN_BY = '<!-- Written by `npm run test:foreign`, which runs what stands here. -->'

/** Writes a page of docs/. Returns whether it was another one. */
export function writePage(name: string, page: string): boolean {
  const file = new URL(`../../../docs/${name}`, import.meta.url)
  let former: string | undefined
  try {
    former = readFileSync(file, 'utf8')
  } catch {
    // The page is new.
  }
  writeFileSync(file, page)
  return former !== page
}

const table = (rows: readonly (readonly string[])[]): string => {
  const [header = [], ...rest] = rows
  return [header, header.map(() => '---'), ...rest].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

export function runtimesPage(checked: readonly Checked[]): string {
  const rows = checked.map(({ builtBy, runsOn, arrived, afterNextRun }) => [
    builtBy ?? '-',
    runsOn,
    ...ENDINGS.map(ending => `${arrived[ending]} of ${EVENTS}`),
    afterNextRun === undefined ? '-' : `${afterNextRun} of ${EVENTS * ENDINGS.length}`,
  ])
  const runners = TEST_RUNNERS.map(({ name, packageName }) => `${name} ${versionOf(packageName)}`).join(' and ')
  return `# Runtimes

${WRITTEN_BY}

Each row is an [application](../tests/foreign/application/agent.js) that installed the packed tarballs of the packages by npm. It
records ${EVENTS} events and ends at once in one of four ways; a real OTLP receiver counts what arrived, each event once. The last column
is the sum of the same four with nothing listening at the endpoint: what the next run delivered from the disk. Linux on
${process.arch}; how each was built is in [bundlers.md](bundlers.md).

${table([['built by', 'runs on', ...ENDINGS, 'collector down, after the next run'], ...rows])}

Built without the condition, where \`@codex/otel-sdk\` is not installed at all, each of them runs, says once that it exports
nothing, connects to nothing, and holds no text of the SDK.

An application's tests export from ${runners}. An application that makes every call compiles with TypeScript
${versionOf('typescript')}, \`moduleResolution\` ${MODULE_RESOLUTIONS.map(name => `\`${name}\``).join(' and ')}, with \`strict\` and
without \`skipLibCheck\`, against the types of both builds.

- **Node.** 22.15 is the oldest that the packages run on. \`require()\` takes them from CommonJS.
- **Deno** asks for \`${DENO_PERMISSIONS}\`. To deliver, the collector's host is enough
  (\`--allow-net=HOST\`), and variables that may not be read count as unset. To keep events on disk for the next run takes
  \`--allow-read\` and \`--allow-write\` of \`CODEX_HOME\`, and \`--allow-sys=uid\`. The host's name and operating system go with the
  records where \`--allow-sys\` allows them. \`Deno.exit()\` was tried as well.
- **A single executable** needs nothing beside it: the worker is a part of the bundle.
`
}

const block = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
const commandBlock = (commands: readonly string[]): string => block('sh', commands.join('\n'))
const fileBlock = (name: string): string => {
  const text = readFileSync(join(SOURCES, name), 'utf8')
  return name.endsWith('.json') ? `\`${name}\`:\n\n${block('json', text)}` : block('js', `// ${name}\n${text}`)
}

export function bundlersPage(): string {
  const bundlers = BUNDLERS.map(({ name, config, commands, remark }) =>
    [
      `## ${name}`,
      remark,
      ...(config === undefined ? [] : [fileBlock(config)]),
      commandBlock(commands.map(command => command.replace('node-26', 'node'))),
    ].join('\n\n'),
  )
  const runners = TEST_RUNNERS.map(({ name, config, remark }) => [`## ${name}`, remark, fileBlock(config)].join('\n\n'))
  return `# Bundlers

${WRITTEN_BY}

An application imports \`#telemetry\`; its \`package.json\` says that this is the SDK where the condition \`codex-otel\` is given,
and else the no-op, which is one and a half kilobytes:

${block('json', JSON.stringify({ imports: JSON.parse(readFileSync(join(SOURCES, 'package.json'), 'utf8')).imports }, undefined, 2))}

So a bundler needs one option, the condition, for a build with telemetry, and none for a build without. Each block below is what
\`npm run test:foreign\` builds with: [runtimes.md](runtimes.md) has the versions and what came of it. In the configuration files,
\`TELEMETRY=off\` in the environment builds without telemetry. A build that lost the condition says so once on stderr, where an
exporter is configured.

${[...bundlers, ...runners].join('\n\n')}

## TypeScript

The types are the same in both builds; the option only decides which declarations the compiler reads.

${commandBlock([`tsc --moduleResolution bundler ${TYPES_CONDITION}`])}

## Without a bundler

The runtime resolves \`#telemetry\` itself, also where a bundler leaves it external.

${commandBlock(['node --conditions=codex-otel agent.js', 'bun --conditions=codex-otel agent.js', `deno run ${DENO_PERMISSIONS} --conditions=codex-otel agent.js`])}
`
}
