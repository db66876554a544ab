import { describe, expect, it } from 'vitest'
import { destinationFolder, folderSignal } from './destination-folder.ts'

const logs = (endpoint: string): string => destinationFolder({ signal: 'logs', endpoint })

describe('destinationFolder', () => {
  it('gives a folder a name that a person can read', () => {
    expect(logs('http://127.0.0.1:4318/v1/logs')).toBe('logs-http%3a%2f%2f127.0.0.1%3a4318%2fv1%2flogs')
  })

  it('gives each place another name, also on file systems that ignore capitals', () => {
    const endpoints = [
      'https://otel.example.com/v1/logs',
      'http://otel.example.com/v1/logs',
      'https://otel.example.com:4318/v1/logs',
      'https://otel.example.com/V1/logs',
      'https://otel.example.com/v1%2Flogs',
      'https://otel.example.com/v1/logs?tenant=a',
      'https://otel.example.com/v1/logs?tenant=A',
      'https://otel.example.com/v1/logs#a',
      `https://otel.example.com/${'a'.repeat(300)}`,
      `https://otel.example.com/${'a'.repeat(299)}b`,
    ]
    const names = endpoints.map(logs)
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(endpoints.length)
    expect(names.filter(name => folderSignal(name) === 'logs')).toEqual(names)
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(120)
    expect(destinationFolder({ signal: 'metrics', endpoint: endpoints[0] as string })).not.toBe(names[0])
  })

  it('leaves every part of an endpoint that may be a key out of the name', () => {
    for (const endpoint of [
      'https://me:hunter2@otel.example.com/v1/logs',
      'https://otel.example.com/v1/logs?key=hunter2',
      'https://otel.example.com/v1/logs#hunter2',
    ]) {
      expect(logs(endpoint)).not.toContain('hunter2')
    }
  })
})
