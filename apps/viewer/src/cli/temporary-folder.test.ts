import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { capturesOf, testFolder } from '../testing.fixture.ts'
import { ownIdentity, type ProcessIdentity } from './running-process.ts'
import { removeLeftFolders } from './temporary-folder.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname
const FREE_PORTS = ['--port', '0', '--otlp-http', '0', '--otlp-grpc', '0']

/** A program with its temporary files in a folder of the test, once it has said its first line, which is where its page is. */
async function started(tmp: string, args: readonly string[]) {
  const env = { ...process.env, TMPDIR: tmp, CI: '', BROWSER: 'none' }
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

async function killed(child: Awaited<ReturnType<typeof started>>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await once(child, 'exit')
}

describe('what a viewer that was killed has left', () => {
  it.each([
    ['open', ['open', '--page', '--port', '0', ...capturesOf('a-simple')]],
    ['the receiver', [...FREE_PORTS, '--memory']],
  ])('goes with the next start of %s, and what a living one has stays', async (_, next) => {
    const tmp = testFolder()
    const files = ['open', '--page', '--port', '0', ...capturesOf('a-simple')]
    const gone = await started(tmp, files)
    const [left] = readdirSync(tmp)
    const living = await started(tmp, files)
    await killed(gone, 'SIGKILL')
    expect(readdirSync(tmp)).toHaveLength(2)
    await killed(await started(tmp, next), 'SIGTERM')
    expect(readdirSync(tmp)).toHaveLength(1)
    expect(readdirSync(tmp)).not.toContain(left)
    await killed(living, 'SIGTERM')
    expect(readdirSync(tmp)).toEqual([])
  })
})

/** A folder as a viewer makes it, of a process that is made from this one. */
function folderOf(tmp: string, change: Partial<ProcessIdentity>, name = 'codex-otel-viewer-AbC123'): string {
  const folder = join(tmp, name)
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...ownIdentity(), ...change }))
  writeFileSync(join(folder, 'store.db'), 'a prompt')
  return folder
}

/** Larger than any number that the system gives. */
const NO_PROCESS = 2 ** 30

describe.runIf(process.platform === 'linux')('a folder with the name of a viewer', () => {
  const testTmp = (): string => {
    const tmp = testFolder()
    vi.stubEnv('TMPDIR', tmp)
    onTestFinished(() => void vi.unstubAllEnvs())
    return tmp
  }

  it.each([
    ['whose process is no longer there', { pid: NO_PROCESS }],
    ['whose process had the number of another one that is there', { start: '1' }],
  ])('%s goes', (_, change) => {
    const tmp = testTmp()
    folderOf(tmp, change)
    removeLeftFolders()
    expect(readdirSync(tmp)).toEqual([])
  })

  const gone = { pid: NO_PROCESS }
  it.each<[string, (tmp: string) => void]>([
    ['of a living process', tmp => void folderOf(tmp, {})],
    ['of another namespace', tmp => void folderOf(tmp, { ...gone, place: 'boot pid:[1] time:[1]' })],
    ['that others may enter', tmp => chmodSync(folderOf(tmp, gone), 0o755)],
    ['of another program', tmp => void folderOf(tmp, gone, 'codex-otel-viewer-test-AbC123')],
    ['without a process', tmp => void mkdirSync(join(tmp, 'codex-otel-viewer-AbC123'), { mode: 0o700 })],
    ['of no number that a process has', tmp => void folderOf(tmp, { pid: -1 })],
    ['whose file is cut', tmp => writeFileSync(join(folderOf(tmp, gone), 'owner.json'), '{"pid":')],
    [
      'whose file is a link',
      tmp => {
        const file = join(folderOf(tmp, gone), 'owner.json')
        renameSync(file, `${file}.other`)
        symlinkSync(`${file}.other`, file)
      },
    ],
  ])('%s stays', (_, make) => {
    const tmp = testTmp()
    make(tmp)
    const before = readdirSync(tmp, { recursive: true }).sort()
    removeLeftFolders()
    expect(readdirSync(tmp, { recursive: true }).sort()).toEqual(before)
  })

  it.runIf(process.getuid?.() === 0)('of another user stays', () => {
    const tmp = testTmp()
    chownSync(folderOf(tmp, gone), 12_345, 12_345)
    removeLeftFolders()
    expect(readdirSync(tmp)).toHaveLength(1)
  })

  it('that is a link to a folder stays, and so does what it leads to', () => {
    const folder = folderOf(testFolder(), gone)
    const tmp = testTmp()
    symlinkSync(folder, join(tmp, 'codex-otel-viewer-AbC123'))
    removeLeftFolders()
    expect(readdirSync(tmp)).toEqual(['codex-otel-viewer-AbC123'])
    expect(readFileSync(join(folder, 'store.db'), 'utf8')).toBe('a prompt')
  })
})
