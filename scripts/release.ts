// `npm run release`: everything that a release needs, up to its last step; `-- --publish` takes that too.
import { execFileSync, spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { readArguments } from '../packages/test-kit/src/read-arguments.ts'
import { packAll } from './packages/pack-all.ts'
import { ROOT } from './packages/public-packages.ts'
import { inOrder, provenanceProblem, publishAll } from './packages/publish-all.ts'
import { releaseProblems } from './packages/release-problems.ts'
import { verifyTarballs } from './packages/verify-tarballs.ts'

const HELP = `npm run release -- [options]

Checks the work tree, the versions and the address of the project, runs the tests, packs, and verifies the tarballs.
Publishes nothing unless it is asked to.

  --publish             publish what was verified, and tag the commit. Needs NODE_AUTH_TOKEN, a sign-in of npm, or a CI
                        that the registry trusts
  --without-provenance  publish without a statement of where the packages were built, from another place than a CI
  --registry URL        publish there (default: what npm is configured to)
  --skip-tests          a trial without the tests; not together with --publish
  --help
`

const { values } = readArguments(
  {
    options: {
      publish: { type: 'boolean', default: false },
      'without-provenance': { type: 'boolean', default: false },
      registry: { type: 'string' },
      'skip-tests': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  },
  HELP,
)
const { publish, registry } = values
const provenance = !values['without-provenance']

if (values.help) {
  console.log(HELP)
  process.exit(0)
}
if (publish && values['skip-tests']) fail(['--publish and --skip-tests do not go together.'])

step('The work tree, the address of the project, the versions')
const cannotState = publish && provenance ? provenanceProblem(process.env) : undefined
fail([...releaseProblems(), ...(cannotState === undefined ? [] : [cannotState])])

if (!values['skip-tests']) {
  for (const command of ['test', 'test:processes', 'check:packages']) {
    step(`npm run ${command}`)
    if (spawnSync('npm', ['run', command], { cwd: ROOT, stdio: 'inherit' }).status !== 0) {
      fail([`npm run ${command} failed; its messages are above.`])
    }
  }
}

step('The tarballs')
const tarballs = await packAll()
for (const { file, bytes, contents } of inOrder(tarballs)) {
  console.log(`${basename(file)}, ${Math.ceil(bytes / 1000)} kB`)
  for (const path of contents) console.log(`    ${path}`)
}
fail(await verifyTarballs(tarballs))

if (!publish) {
  console.log('\nAll is well, and nothing was published. To publish: npm run release -- --publish')
  process.exit(0)
}

step('Publishing')
try {
  await publishAll(tarballs, { registry, provenance, report: console.log })
} catch (error) {
  fail([error instanceof Error ? error.message : String(error)])
}
const tag = `v${tarballs[0]?.source.version}`
if (execFileSync('git', ['tag', '--list', tag], { cwd: ROOT, encoding: 'utf8' }).trim() === '') {
  execFileSync('git', ['tag', '--annotate', tag, '--message', tag], { cwd: ROOT })
}
console.log(`\nPublished. The commit has the tag ${tag}; send it with: git push origin ${tag}`)

function step(name: string): void {
  console.log(`\n== ${name}`)
}

/** Ends the release when there are problems. */
function fail(problems: readonly string[]): void {
  if (problems.length === 0) return
  for (const problem of problems) console.error(`\nNot released: ${problem}`)
  process.exit(1)
}
