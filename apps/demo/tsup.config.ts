import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename } from 'node:path'
import { defineConfig } from 'tsup'

// Fails on a misspelt flag: without this check the build would silently leave telemetry out.
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
  // Each entry is one file with all of its dependencies, without shared chunks: a shared chunk would be another file to load
  // at every start.
  entry: {
    cli: 'src/cli.ts',
    main: 'src/main.ts',
    'mcp-connection': 'src/mcp/mcp-connection.ts',
    'websocket-connection': 'src/model/websocket-connection.ts',
  },
  splitting: false,
  esbuildPlugins: [
    {
      name: 'resolve a dynamic import to the file of its entry',
      setup(build) {
        build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
        )
      },
    },
    {
      // CommonJS modules load Node's built-in modules by `require`, which an ES module bundle does not have.
      name: 'load built-in modules in ws without require',
      setup(build) {
        build.onLoad({ filter: /\/node_modules\/ws\/lib\/[^/]+\.js$/ }, async ({ path }) => {
          const text = await readFile(path, 'utf8')
          const builtin = (call: string, name: string): string =>
            isBuiltin(name) ? `process.getBuiltinModule('${name}')` : call
          return { contents: text.replace(/\brequire\('([a-z_/]+)'\)/g, builtin), loader: 'js' }
        })
      },
    },
  ],
  // Leaves out the optional native dependencies of ws.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  outDir: withTelemetry ? 'dist/otel' : 'dist/noop',
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
  metafile: true,
  // What a start loads is read in full each time.
  minify: true,
  // The bundles run without node_modules.
  noExternal: [/.*/],
  esbuildOptions(options) {
    // Setting `conditions` drops esbuild's default `module`, so it is named here.
    options.conditions = withTelemetry ? ['codex-otel', 'module'] : ['module']
    options.legalComments = 'none'
  },
})
