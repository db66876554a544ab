import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename } from 'node:path'
import { defineConfig } from 'tsup'

// A flag that is nearly right must not quietly build the other variant.
const flag = process.env.CODEX_OTEL ?? '0'
if (flag !== '0' && flag !== '1') {
  throw new Error(`CODEX_OTEL is "${flag}"; it must be 1 (with telemetry), or 0 or unset (without).`)
}
const misspelt = Object.keys(process.env).filter(
  name => /^CODEX_?(?:[OTEL]{3,5}|OTLP|TELEMETRY)$/i.test(name) && name !== 'CODEX_OTEL',
)
if (misspelt.length > 0) throw new Error(`Unknown build flag ${misspelt.join(', ')}. The flag is CODEX_OTEL=1.`)
const withTelemetry = flag === '1'

export default defineConfig({
  // One file each, which holds all that it needs: what two of them need is in both. A file that they share would be one
  // more to load at every start.
  entry: {
    cli: 'src/cli.ts',
    main: 'src/main.ts',
    'mcp-connection': 'src/mcp/mcp-connection.ts',
    'websocket-connection': 'src/model/websocket-connection.ts',
  },
  splitting: false,
  esbuildPlugins: [
    {
      name: 'a dynamic import loads the file of that entry',
      setup(build) {
        build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
        )
      },
    },
    {
      // A module of CommonJS asks for Node's own by `require`, which a bundle of ES modules does not have.
      name: "the modules of ws take Node's own without require",
      setup(build) {
        build.onLoad({ filter: /\/node_modules\/ws\/lib\/[^/]+\.js$/ }, async ({ path }) => {
          const text = await readFile(path, 'utf8')
          const ofNode = (all: string, name: string): string =>
            isBuiltin(name) ? `process.getBuiltinModule('${name}')` : all
          return { contents: text.replace(/\brequire\('([a-z_/]+)'\)/g, ofNode), loader: 'js' }
        })
      },
    },
  ],
  // Its optional native helpers: Node has what they do.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  outDir: withTelemetry ? 'dist/otel' : 'dist/noop',
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
  metafile: true,
  // A bundle runs with nothing beside it.
  noExternal: [/.*/],
  esbuildOptions(options) {
    // Setting any condition drops esbuild's own `module`: it has to be named.
    options.conditions = withTelemetry ? ['codex-otel', 'module'] : ['module']
    options.legalComments = 'none'
  },
})
