#!/usr/bin/env node
// This file uses only syntax that old versions of Node can read, so that they print the message.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (process.versions.bun !== undefined || major < 22 || (major === 22 && minor < 16)) {
  const here = process.versions.bun === undefined ? `Node ${process.versions.node}` : `Bun ${process.versions.bun}`
  process.stderr.write(
    `codex-otel-viewer needs Node 22.16 or newer, for the SQLite with full-text search that is part of it; this is ${here}.\n`,
  )
  process.exitCode = 2
} else {
  import('./main.ts').then(main => main.run(process.argv.slice(2)))
}
