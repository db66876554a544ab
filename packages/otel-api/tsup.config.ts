import { defineConfig } from 'tsup'
import { bundleTypes } from '../../scripts/bundle-types.ts'

const entry = {
  index: 'src/index.ts',
  noop: 'src/noop.ts',
  'child-environment': 'src/child-environment.ts',
  'new-conversation-id': 'src/new-conversation-id.ts',
  'resolve-program': 'src/resolve-program.ts',
  'visible-text': 'src/visible-text.ts',
}

export default defineConfig({
  entry,
  // Each entry is one file: the no-op is all that a build without the feature has.
  splitting: false,
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  dts: false,
  removeNodeProtocol: false,
  clean: true,
  onSuccess: () => bundleTypes(entry),
})
