#!/usr/bin/env node
// This file uses only syntax that old versions of Node can read, so that they print the message.
import { fileURLToPath } from 'node:url'
import { isTooOld, tooOldMessage } from './old-node.ts'

const version = process.versions.node
if (isTooOld(version)) {
  process.stderr.write(tooOldMessage(version, fileURLToPath(import.meta.url)))
  process.exitCode = 2
} else {
  import('./main.ts').then(main => main.run(process.argv.slice(2)))
}
