import { expect, it } from 'vitest'
import { routeOf, sessionPath, tracePath } from './router.ts'

it.each([
  ['/', { screen: 'home' }],
  ['/trends', { screen: 'trends' }],
  ['/search', { screen: 'search' }],
  ['/s/01a2', { screen: 'session', session: '01a2', event: undefined }],
  ['/s/01a2/42', { screen: 'session', session: '01a2', event: 42 }],
  ['/t/0af7', { screen: 'trace', trace: '0af7' }],
  ['/s', { screen: 'unknown' }],
  ['/s/', { screen: 'unknown' }],
  ['/s/01a2/x', { screen: 'unknown' }],
  ['/s/01a2/42/more', { screen: 'unknown' }],
  ['/t/0af7/1', { screen: 'unknown' }],
])('the path %s is a screen', (path, route) => {
  expect(routeOf(path)).toEqual(route)
})

it('an id of any characters goes into a path and comes out of it', () => {
  for (const id of ['a/b', '%', 'é ü', '?x#y', '...', '=..', '.a']) {
    expect(routeOf(sessionPath(id, 7))).toEqual({ screen: 'session', session: id, event: 7 })
    expect(routeOf(tracePath(id))).toEqual({ screen: 'trace', trace: id })
  }
  for (const id of ['.', '..']) {
    for (const event of [undefined, 7]) {
      const { pathname } = new URL(sessionPath(id, event), 'http://localhost')
      expect(routeOf(pathname)).toEqual({ screen: 'session', session: id, event })
    }
  }
  expect(routeOf('/s/%E0%A4%A')).toEqual({ screen: 'session', session: '%E0%A4%A', event: undefined })
})
