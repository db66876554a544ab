// biome-ignore-all lint/suspicious/noTemplateCurlyInString: endpoints are shown with their references to variables.

import { expect, test } from 'vitest'
import { spoolEndpoint } from './describe-endpoint.ts'

test.each([
  ['https://H.example:443/v1/logs', undefined, 'https://h.example/v1/logs'],
  ['https://u:p@h/v1/logs?key=1#x', undefined, 'https://h/v1/logs'],
  ['https://h/in/secret/v1/logs?key=secret', 'https://h/in/${TOKEN}/v1/logs?***', 'https://h/in/${TOKEN}/v1/logs'],
  ['http://h:4318/v1/logs', 'http://${HOST}:${PORT:-4318}/v1/logs', 'http://h:4318/v1/logs'],
  ['https://u:p@h/secret/v1/logs', '${BASE}/v1/logs', 'https://h/v1/logs'],
])('the spool names %s, written as %s, by its place alone', (endpoint, shownEndpoint, expected) => {
  expect(spoolEndpoint({ endpoint, shownEndpoint })).toBe(expected)
})
