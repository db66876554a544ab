import { defineConfig } from 'tsup'

export default defineConfig({
  // A program and its threads, which share files for what they have in common.
  entry: {
    cli: 'src/cli.ts',
    main: 'src/main.ts',
    'writer-thread': 'src/store/writer-thread.ts',
    'reader-thread': 'src/store/reader-thread.ts',
  },
  splitting: true,
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
