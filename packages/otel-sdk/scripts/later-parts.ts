import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { MAPS, PART_OPTIONS, type PartText, partText } from './build-worker.ts'
import { compress } from './compress-parts.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = resolve(root, 'src')

/**
 * What the application's thread does not need to begin: the functions of each part, by their files below `src/`. The library
 * carries a part as a text, which V8 does not read as code until one of its functions is called. Only functions can be left
 * for later; a class or a constant that the rest of the library imports from these files does not build.
 */
export const LATER_PARTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  patterns: { 'content/patterns/check-patterns.ts': ['checkPatterns'] },
  settings: {
    'config/locate-keys.ts': ['locateKeys', 'visitKeys', 'lineAt'],
    'config/find-double.ts': ['findDouble'],
    'config/no-proxy.ts': ['checkNoProxy'],
    'config/resolve-span-additions.ts': ['resolveSpanAttributes', 'resolveTraceState'],
  },
  spans: {
    'client/spans/tracer.ts': ['createTracer'],
    'client/spans/read-trace-parent.ts': ['readTraceParent'],
    'client/spans/conversation-spans.ts': ['openConversationSpans'],
    'client/spans/session-spans.ts': ['createSessionSpans'],
    'client/spans/own-span.ts': ['runInSpan'],
  },
  metrics: {
    'client/metrics/open-metrics.ts': ['openMetrics'],
    'client/metrics/event-metrics.ts': ['recordEvent'],
    'client/metrics/turn.ts': ['startTurn', 'recordUsage'],
  },
  observe: {
    'client/session/observe.ts': ['observeRequest', 'observeTool', 'observeTurn'],
    'client/session/observe-approval.ts': ['observeApproval'],
    'client/session/observe-stream.ts': ['observeSse', 'observeStream', 'observeWebsocket'],
  },
}

/**
 * Those of them that hardly any process loads, or that are loaded while a model is waited for: compressed, which takes up to
 * a millisecond more.
 */
const COMPRESSED: readonly string[] = ['patterns', 'settings', 'observe']

interface LaterPart extends PartText {
  /** Its files below `src/`. */
  inputs: readonly string[]
}

export async function bundleLaterPart(name: string): Promise<LaterPart> {
  const built = await build({
    ...PART_OPTIONS,
    stdin: {
      contents: Object.entries(LATER_PARTS[name] ?? {})
        .map(([file, functions]) => `export { ${functions.join(', ')} } from './src/${file}'`)
        .join('\n'),
      resolveDir: root,
    },
  })
  const { inputs, outputs } = built.metafile
  const required = Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  const foreign = required.filter(path => !isBuiltin(path))
  if (foreign.length > 0) throw new Error(`a part that is loaded later needs what is not in it: ${foreign.join(', ')}`)
  return { ...partText(built), inputs: Object.keys(inputs).filter(path => path.startsWith('src/')) }
}

/** Writes the maps of the parts, for a process that wants stack traces to name sources. */
export async function writeLaterMaps(): Promise<void> {
  await mkdir(resolve(root, MAPS), { recursive: true })
  for (const name of Object.keys(LATER_PARTS)) {
    await writeFile(resolve(root, MAPS, `${name}-later.cjs.map`), (await bundleLaterPart(name)).map)
  }
}

/** Gives the rest of the library functions that load their part when they are first called. */
export const loadLater: Plugin = {
  name: 'load-later',
  setup({ onResolve, onLoad }) {
    const partOf = new Map(
      Object.entries(LATER_PARTS).flatMap(([part, files]) => Object.keys(files).map(file => [file, part])),
    )
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative(sources, resolve(resolveDir, path))
      return partOf.has(file) ? { path: file, namespace: 'later' } : undefined
    })
    onResolve({ filter: /^later-text:/ }, ({ path }) => ({
      path: path.slice('later-text:'.length),
      namespace: 'later-text',
    }))
    onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => {
      const part = partOf.get(path) ?? ''
      const functions = LATER_PARTS[part]?.[path] ?? []
      const load = `load(${JSON.stringify(part)}, text, ${COMPRESSED.includes(part)})`
      return {
        contents: [
          `import { loadPart as load } from './client/load-part.ts'`,
          `import text from 'later-text:${part}'`,
          ...functions.map(name => `export function ${name}(...given) { return ${load}.${name}(...given) }`),
        ].join('\n'),
        resolveDir: sources,
      }
    })
    onLoad({ filter: /.*/, namespace: 'later-text' }, async ({ path }) => {
      const { text, inputs } = await bundleLaterPart(path)
      const contents = COMPRESSED.includes(path) ? compress(text) : text
      return { contents, loader: 'text', watchFiles: inputs.map(input => resolve(root, input)) }
    })
  },
}
