import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { inspect } from 'node:util'
import type { SessionAuth } from '@codex/otel-api'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createAuthManager } from './auth-manager.ts'
import type { AuthManager, AuthSnapshot, RecoveryEvent, RecoveryStep } from './index.ts'
import * as door from './index.ts'
import {
  answerJson,
  authorizationServer,
  canary,
  chatgptFile,
  freshTokens,
  jwt,
  temporaryHome,
} from './sign-in.fixture.ts'

const root = join(import.meta.dirname, '../../..')

describe('the rest of the code', () => {
  it('sees two modes, and no type that tells a managed sign-in from an external one', () => {
    expectTypeOf<AuthSnapshot['mode']>().toEqualTypeOf<'ApiKey' | 'Chatgpt'>()
    expectTypeOf<keyof AuthSnapshot>().toEqualTypeOf<
      'mode' | 'userId' | 'accountId' | 'email' | 'plan' | 'header' | 'apiKey'
    >()
    expectTypeOf<keyof AuthManager>().toEqualTypeOf<'current' | 'recovery' | 'problems'>()
    expectTypeOf<keyof RecoveryStep>().toEqualTypeOf<'event' | 'recovered' | 'problem'>()
    expectTypeOf<RecoveryEvent['mode']>().toEqualTypeOf<'managed'>()
    expectTypeOf(createAuthManager).returns.resolves.toEqualTypeOf<AuthManager>()
    // What telemetry is given.
    expectTypeOf<AuthSnapshot>().toExtend<SessionAuth>()
  })

  it('gets two functions and types from this package', () => {
    expect(Object.keys(door).sort()).toEqual(['createAuthManager', 'externalTokensFromCommand'])
    const manifest = JSON.parse(readFileSync(join(root, 'packages/auth/package.json'), 'utf8')) as { exports: object }
    expect(Object.keys(manifest.exports)).toEqual(['.'])
  })

  it('comes in through the door, and hands in external tokens at one place of a program at most', () => {
    const sources = ['packages', 'apps'].flatMap(group =>
      readdirSync(join(root, group))
        .filter(name => !(group === 'packages' && name === 'auth'))
        .map(name => ({ name: `${group}/${name}`, files: typescriptFiles(join(root, group, name, 'src')) })),
    )
    for (const { name, files } of sources) {
      const inside = files.filter(file =>
        /['"](@codex\/auth\/|(\.\.?\/)+.*packages\/auth)/.test(readFileSync(file, 'utf8')),
      )
      expect(inside.map(file => relative(root, file))).toEqual([])
      const handIn = files.filter(file => /\bexternalTokensFromCommand\b/.test(readFileSync(file, 'utf8')))
      expect(handIn.length, `${name} names externalTokensFromCommand in ${handIn.join(', ')}`).toBeLessThanOrEqual(1)
    }
  })

  it('cannot tell the two apart at run time either', async () => {
    await using server = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    await using home = await temporaryHome(chatgptFile('1'))
    const managed = await createAuthManager({ codexHome: home.path, env: server.env })
    let serial = 0
    const external = await createAuthManager({
      codexHome: home.path,
      env: {},
      externalTokens: async () => ({ accessToken: jwt(String(++serial)) }),
    })
    expect(Object.keys(external)).toEqual(Object.keys(managed))
    expect({ ...external.current() }).toEqual({ ...managed.current() })
    expect(inspect(external.current())).toBe(inspect(managed.current()))
    const recovery = managed.recovery()
    await recovery.next({})
    expect((await external.recovery().next({})).event).toEqual((await recovery.next({})).event)
  })
})

it('shows a credential to nobody who does not ask for it', async () => {
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
    // An e-mail address is no credential, but it does not belong into a log either.
    expect(inspect(snapshot)).not.toContain('@')
  }
  expect(inspect(managed.current())).toBe('AuthSnapshot {"mode":"Chatgpt","userId":"user-1","accountId":"account-1"}')
})

function typescriptFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(folder, name))
  } catch {
    return []
  }
}
