// Installs what the repository needs, once per change of the lockfile. Runs on any Node from 18 and needs no dependency.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stampFile = join(root, 'node_modules', '.bootstrap-stamp')
const nodeBin = join(root, 'node_modules', '.bin', 'node')

if (process.platform !== 'linux') {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 18)) {
    fail(`This repository needs Node 22.18 or newer on ${process.platform}; this is ${process.versions.node}.`)
  }
}

const manifests = ['packages', 'apps']
  .flatMap(folder => readdirSync(join(root, folder)).map(name => join(folder, name, 'package.json')))
  .concat('package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'tests/package.json', 'benchmarks/package.json')
  .filter(file => existsSync(join(root, file)))
  .sort()
const hash = createHash('sha256')
for (const file of manifests)
  hash
    .update(file)
    .update('\0')
    .update(readFileSync(join(root, file)))
    .update('\0')
const stamp = hash.digest('hex')

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.error(`Setting up: installing dependencies with ${packageManager} (once, about 20 s) ...`)
  const install = spawnSync('npx', ['-y', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  })
  if (install.status !== 0) fail('The installation failed; its messages are above. Run the command again to try again.')
  linkOwnNode()
  writeFileSync(stampFile, stamp)
}

linkProgram('codex-demo', 'apps/demo/dist/otel/cli.js', 'npm run demo')
linkProgram('codex-otel-viewer', 'apps/viewer/dist/cli.js', 'npm run viewer')

/** Gives the checkout a command, run by the Node of the repository. That of codex-demo is the build with telemetry. */
function linkProgram(name, path, builder) {
  const file = join(root, 'node_modules', '.bin', name)
  const script = `#!/bin/sh
bin=\${0%/*}
program=$bin/../../${path}
if [ ! -f "$program" ]; then
  echo "${name} is not built yet; ${builder} builds it." >&2
  exit 2
fi
exec "$bin/node" "$program" "$@"
`
  if (process.platform === 'win32' || (existsSync(file) && readFileSync(file, 'utf8') === script)) return
  writeFileSync(file, script, { mode: 0o755 })
}

/** Off Linux no Node package is installed, so the scripts' `node_modules/.bin/node` is the Node that runs this. */
function linkOwnNode() {
  if (process.platform === 'linux' || existsSync(nodeBin)) return
  writeFileSync(nodeBin, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 })
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
