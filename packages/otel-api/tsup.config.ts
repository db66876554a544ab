import { defineConfig } from 'tsup'
import { library } from '../../scripts/build-library.ts'

export default defineConfig({
  ...library({
    index: 'src/index.ts',
    noop: 'src/noop.ts',
    'child-environment': 'src/child-environment.ts',
    'new-conversation-id': 'src/new-conversation-id.ts',
    'resolve-program': 'src/resolve-program.ts',
    'visible-text': 'src/visible-text.ts',
  }),
  // Each entry is one file: the no-op is all that a build without the feature has.
  splitting: false,
})
