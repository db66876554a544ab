import type { Options } from 'tsup'
import { bundleTypes, type Entries } from './bundle-types.ts'

/** How a published package is built: ES modules for the oldest Node that it runs on, with their maps, and a file of types for each entry. */
export const library = (entry: Entries): Options => ({
  entry,
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  // `bundleTypes` writes them.
  dts: false,
  // `node:` stays: some runtimes and modules of Node know no other name.
  removeNodeProtocol: false,
  clean: true,
  onSuccess: () => bundleTypes(entry),
})
