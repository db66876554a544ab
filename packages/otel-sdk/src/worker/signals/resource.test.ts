import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createScrubber } from '../../content/secrets/scrub.ts'
import { logResource, metricResource, type ResourceSource, withUser } from './resource.ts'
import { configOf } from './signal-start.fixture.ts'

/** Not in one piece: programs look for such in sources. */
const TOKEN = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')

const source = (resource: Record<string, string> = {}): ResourceSource => ({
  // The configuration refuses the names that the library sets; the resource does not depend on that.
  config: { ...configOf({ environment: 'staging' }), resource },
  serviceName: 'codex_exec',
  serviceVersion: '1.2.3',
})
const scrubber = () => createScrubber({ enabled: true, findPatterns: undefined })

describe('the resource of a signal', () => {
  const kinds = [
    ['logs', logResource, 'host.name'],
    ['metrics', metricResource, 'os'],
  ] as const

  it.each(kinds)('names the service, its version and the environment with %s', (_signal, resourceOf) => {
    expect(resourceOf(source(), scrubber()).attributes).toMatchObject({
      'service.name': 'codex_exec',
      'service.version': '1.2.3',
      env: 'staging',
      'telemetry.sdk.language': 'nodejs',
    })
  })

  it.each(kinds)(
    'holds the configured attributes with %s, and none of them overrides its own',
    (_signal, resourceOf, own) => {
      const configured = { team: 'search', 'service.name': 'other', 'host.name': 'other', os: 'other', env: 'other' }
      const { attributes } = resourceOf(source(configured), scrubber())
      expect(attributes.team).toBe('search')
      expect(attributes).toMatchObject({ 'service.name': 'codex_exec', env: 'staging' })
      expect(attributes[own]).not.toBe('other')
    },
  )

  it('holds no secret of a configured key or value', () => {
    const { attributes } = logResource(source({ deployment: TOKEN, [`key-${TOKEN}`]: 'x' }), scrubber())
    expect(attributes.deployment).toBe('[SCRUBBED:github-token]')
    expect(JSON.stringify(attributes)).not.toContain(TOKEN)
  })

  it('holds no value whose configured key names a credential', () => {
    const { attributes } = logResource(source({ 'db.password': 'hunter2', region: 'eu' }), scrubber())
    expect(attributes).toMatchObject({ 'db.password': '[SCRUBBED:password]', region: 'eu' })
  })

  it('names the host with logs alone', () => {
    expect(logResource(source(), scrubber()).attributes['host.name']).toBe(hostname())
    expect(metricResource(source(), scrubber()).attributes).not.toHaveProperty('host.name')
  })

  it('names the operating system and the architecture with metrics alone', () => {
    const { attributes } = metricResource(source(), scrubber())
    expect(attributes.os).toEqual(expect.any(String))
    // OpenTelemetry has its own names for what machines call x86_64 and aarch64.
    expect(attributes['host.arch']).toEqual(expect.any(String))
    expect(['x86_64', 'aarch64', 'AMD64', 'ARM64']).not.toContain(attributes['host.arch'])
    expect(logResource(source(), scrubber()).attributes).not.toHaveProperty('os')
  })

  it('names the user once the user is known', () => {
    const resource = metricResource(source(), scrubber())
    expect(withUser(resource, undefined)).toBe(resource)
    expect(withUser(resource, 'abc').attributes).toEqual({ ...resource.attributes, user_id: 'abc' })
  })
})
