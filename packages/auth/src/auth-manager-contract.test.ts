import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { inspect } from 'node:util'
import type { SessionAuth } from '@codex/otel-api'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createAuthManager } from './auth-manager.ts'
import type {
  AuthManager,
  AuthSnapshot,
  ExternalTokenRequest,
  ExternalTokens,
  RecoveryEvent,
  RecoveryStep,
} from './index.ts'
import * as publicExports from './index.ts'
import {
  answerJson,
  authorizationServer,
  canary,
  chatgptFile,
  jwt,
  temporaryHome,
  tokensOf,
  unauthorized,
} from './sign-in.fixture.ts'

const root = join(import.meta.dirname, '../../..')

describe('the interface of the auth manager', () => {
  it('has two modes, and the same types for a managed sign-in and an external one', () => {
    expectTypeOf<AuthSnapshot['mode']>().toEqualTypeOf<'ApiKey' | 'Chatgpt'>()
    expectTypeOf<keyof AuthSnapshot>().toEqualTypeOf<
      'mode' | 'userId' | 'accountId' | 'email' | 'plan' | 'header' | 'apiKey'
    >()
    expectTypeOf<keyof AuthManager>().toEqualTypeOf<'current' | 'recovery' | 'problems'>()
    expectTypeOf<keyof RecoveryStep>().toEqualTypeOf<'event' | 'recovered' | 'problem'>()
    expectTypeOf<RecoveryEvent['mode']>().toEqualTypeOf<'managed'>()
    expectTypeOf(createAuthManager).returns.resolves.toEqualTypeOf<AuthManager>()
    // The part that telemetry receives.
    expectTypeOf<AuthSnapshot>().toExtend<SessionAuth>()
  })

  it('is two functions and types, exported by the package alone', () => {
    expect(Object.keys(publicExports).sort()).toEqual(['createAuthManager', 'externalTokensFromCommand'])
    const manifest = JSON.parse(readFileSync(join(root, 'packages/auth/package.json'), 'utf8')) as { exports: object }
    expect(Object.keys(manifest.exports)).toEqual(['.', './package.json'])
  })

  it('is the only part of this package that other code imports, and each program hands in external tokens at most once', () => {
    for (const { name, files } of programs()) {
      const internal = files.filter(file => specifiers(file).some(isInternal))
      expect(internal.map(file => relative(root, file))).toEqual([])
      const handIn = files.filter(
        file => /\/src\//.test(file) && /\bexternalTokensFromCommand\b/.test(readFileSync(file, 'utf8')),
      )
      expect(handIn.length, `${name} names externalTokensFromCommand in ${handIn.join(', ')}`).toBeLessThanOrEqual(1)
    }
  })

  it('gives equal snapshots for a managed sign-in and an external one', async () => {
    await using home = await temporaryHome(chatgptFile('1'))
    const managed = await createAuthManager({ codexHome: home.path, env: {} })
    const external = await createAuthManager({
      codexHome: '/',
      externalTokens: async () => ({ accessToken: jwt('1') }),
    })
    expect(Object.keys(external)).toEqual(Object.keys(managed))
    expect({ ...external.current() }).toEqual({ ...managed.current() })
    expect(inspect(external.current())).toBe(inspect(managed.current()))
  })

  /** Results of a renewal, which both kinds of sign-in are made to have, and the steps that follow. */
  const renewals: [what: string, answers: Renewed[], changes: string[]][] = [
    ['works', ['new tokens'], ['reload false', 'refresh_token true', 'refresh_token undefined']],
    ['gives the same token', ['same tokens'], ['reload false', 'refresh_token false', 'refresh_token undefined']],
    [
      'fails for now',
      ['failure', 'failure', 'new tokens'],
      ['reload false', ...Array(2).fill('refresh_token undefined')],
    ],
    ['gives another account', ['other account'], ['reload false', ...Array(2).fill('refresh_token undefined')]],
  ]
  it.each(renewals)(
    'gives equal steps for both kinds of sign-in where a renewal %s',
    async (_what, answers, changes) => {
      const sequences = await Promise.all([managedSteps(answers), externalSteps(answers)])
      expect(sequences[1]).toEqual(sequences[0])
      const steps = sequences[0].map(({ event }) => `${event.step} ${event.stateChanged}`)
      expect(steps.slice(0, 3)).toEqual(changes)
    },
  )
})

type Renewed = 'new tokens' | 'same tokens' | 'other account' | 'failure'

/** Every step of a request that is refused five times, and of another request that was refused at the same time. */
async function stepsOf(auth: AuthManager): Promise<Pick<RecoveryStep, 'event' | 'recovered'>[]> {
  const [first, second] = [auth.recovery(), auth.recovery()]
  const steps: RecoveryStep[] = []
  for (const recovery of [first, second]) {
    for (let refused = 0; refused < 5; refused++) steps.push(await recovery.next(unauthorized))
  }
  // The message is for the user, and differs: it says what the user can do. The other fields are for programs.
  return steps.map(step => ({ ...step, problem: step.problem && { ...step.problem, message: undefined } }))
}

async function managedSteps(answers: readonly Renewed[]): Promise<ReturnType<typeof stepsOf>> {
  const left = [...answers]
  await using server = await authorizationServer(response => {
    const answer = left.shift() ?? 'same tokens'
    const id = jwt('x', answer === 'other account' ? { chatgpt_user_id: 'user-2' } : {})
    const accessToken = answer === 'same tokens' ? jwt('1') : jwt('2')
    if (answer === 'failure') answerJson(response, 503, {})
    else answerJson(response, 200, { id_token: id, access_token: accessToken })
  })
  const content = chatgptFile('1')
  content.tokens = { ...tokensOf(content), access_token: jwt('1') }
  await using home = await temporaryHome(content)
  return await stepsOf(await createAuthManager({ codexHome: home.path, env: server.env }))
}

async function externalSteps(answers: readonly Renewed[]): Promise<ReturnType<typeof stepsOf>> {
  const left = [...answers]
  const externalTokens = async ({ reason }: ExternalTokenRequest): Promise<ExternalTokens> => {
    const answer = reason === 'initial' ? 'same tokens' : (left.shift() ?? 'same tokens')
    if (answer === 'failure') throw new Error()
    if (answer === 'other account') return { accessToken: jwt('2', { chatgpt_user_id: 'user-2' }) }
    return { accessToken: answer === 'same tokens' ? jwt('1') : jwt('2') }
  }
  return await stepsOf(await createAuthManager({ codexHome: '/', env: {}, externalTokens }))
}

it('a snapshot shows no credential unless its header is read', async () => {
  await using home = await temporaryHome(chatgptFile('1'))
  await using keyHome = await temporaryHome({ OPENAI_API_KEY: `sk-${canary}` })
  const managed = await createAuthManager({ codexHome: home.path, env: {} })
  const apiKey = await createAuthManager({ codexHome: keyHome.path, env: {} })
  const external = await createAuthManager({ codexHome: '/', externalTokens: async () => ({ accessToken: jwt('1') }) })
  for (const auth of [managed, apiKey, external]) {
    const snapshot = auth.current()
    expect(snapshot?.header.value).toContain(canary)
    const things = [
      auth,
      snapshot,
      snapshot?.header,
      { ...snapshot },
      structuredClone({ ...snapshot }),
      auth.recovery(),
    ]
    for (const thing of things) {
      for (const text of [inspect(thing, { depth: null, showHidden: true }), JSON.stringify(thing), String(thing)]) {
        expect(text).not.toContain(canary)
      }
    }
    // An e-mail address is no credential, but it does not belong in a log either.
    expect(inspect(snapshot)).not.toContain('@')
  }
  expect(inspect(managed.current())).toBe('AuthSnapshot {"mode":"Chatgpt","userId":"user-1","accountId":"account-1"}')
})

interface Program {
  readonly name: string
  /** All source files, tests included. */
  readonly files: readonly string[]
}

function programs(): Program[] {
  const names = [
    ...['packages', 'apps'].flatMap(group => readdirSync(join(root, group)).map(name => `${group}/${name}`)),
    'tests',
    'benchmarks',
    'scripts',
  ]
  return names.filter(name => name !== 'packages/auth').map(name => ({ name, files: sourceFiles(join(root, name)) }))
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(node_modules|dist|\..*)$/.test(entry.name) ? [] : sourceFiles(path)
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : []
  })
}

/** Every quoted text that may name a module; a relative one is resolved to a path. */
function specifiers(file: string): string[] {
  const quoted = readFileSync(file, 'utf8').matchAll(/(['"`])((?:@codex\/auth|\.\.?)\/[^'"`\n]*)\1/g)
  return [...quoted].map(([, , text = '']) => (text.startsWith('.') ? join(dirname(file), text) : text))
}

function isInternal(specifier: string): boolean {
  // The file that the package exports.
  if (specifier === '@codex/auth/dist/index.js') return false
  return specifier.startsWith('@codex/auth/') || specifier.startsWith(join(root, 'packages/auth/'))
}
