#!/usr/bin/env node
// This file uses only syntax that old versions of Node can read, so that they print the message.
const version = process.versions.node.split('.')
const major = Number(version[0])
const minor = Number(version[1])
if (major > 22 || (major === 22 && minor >= 15)) {
  import('./main.ts').then(main => main.run(process.argv.slice(2)))
} else {
  process.stderr.write(`codex-demo needs Node 22.15 or newer; this is ${process.versions.node}.\n`)
  process.exitCode = 2
}
