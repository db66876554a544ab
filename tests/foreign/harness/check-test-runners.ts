import { startReceiver } from '@codex/otlp-receiver'
import { runTool } from './build.ts'
import { EVENTS } from './check-program.ts'
import { makeHome } from './run-agent.ts'

export interface TestRunner {
  readonly name: string
  /** Where its version is, once it is installed. */
  readonly packageName: string
  readonly config: string
  readonly command: string
  /** For docs/bundlers.md. */
  readonly remark: string
}

export const TEST_RUNNERS: readonly TestRunner[] = [
  {
    name: 'Vitest',
    packageName: 'vitest',
    config: 'vitest.config.js',
    command: 'vitest run',
    remark: 'Tests run as Vite resolves them for a server, so it is the option of SSR that counts.',
  },
  {
    name: 'Jest',
    packageName: 'jest',
    config: 'jest.config.js',
    command: 'jest',
    remark:
      'The packages are ES modules, which Jest runs under `node --experimental-vm-modules node_modules/jest/bin/jest.js`.',
  },
]

/** Runs the test of the application, which exports what it records. Returns what is wrong. */
export async function checkTestRunner({ command }: TestRunner, cwd: string, directory: string): Promise<string[]> {
  await using receiver = await startReceiver()
  const codexHome = makeHome(directory)
  const env = { CODEX_HOME: codexHome, ENDPOINT: receiver.logsUrl, EVENTS: String(EVENTS), SERVICE: 'my_agent' }
  try {
    await runTool(command, cwd, env)
  } catch (error) {
    return [(error as Error).message]
  }
  const { length } = receiver.logs
  return length === EVENTS ? [] : [`${command}: ${length} of ${EVENTS} events arrived`]
}
