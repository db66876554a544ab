import { defineConfig } from 'tsup'

export default defineConfig({
  // Each entry is one file with all of its dependencies: a program, or a thread of it.
  entry: {
    cli: 'src/cli.ts',
    main: 'src/main.ts',
    'writer-thread': 'src/store/writer-thread.ts',
    'reader-thread': 'src/store/reader-thread.ts',
  },
  splitting: false,
  esbuildPlugins: [
    {
      name: 'resolve a dynamic import to the file of its entry',
      setup(build) {
        build.onResolve({ filter: /^\.\/main\.ts$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './main.js', external: true } : undefined,
        )
      },
    },
  ],
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
  minify: true,
  // node:sqlite has no name without its scheme.
  removeNodeProtocol: false,
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.legalComments = 'none'
  },
})
