import { defineConfig } from 'tsup'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/noop.ts',
    'src/child-environment.ts',
    'src/new-conversation-id.ts',
    'src/resolve-program.ts',
    'src/visible-text.ts',
  ],
  // Each entry is one file: the no-op is all that a build without the feature has.
  splitting: false,
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
})
