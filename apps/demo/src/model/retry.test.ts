import { describe, expect, it } from 'vitest'
import { backoffMs, retryAfterMs, waitInText } from './retry.ts'

describe('backoffMs', () => {
  it('doubles from 200 ms and stays within a tenth', () => {
    expect([0, 1, 2, 3].map(retry => backoffMs(retry, () => 0.5))).toEqual([200, 400, 800, 1600])
    expect(backoffMs(0, () => 0)).toBe(180)
    expect(backoffMs(0, () => 1)).toBe(220)
  })

  it('never asks for more than a timer can hold', () => {
    expect(backoffMs(100)).toBe(2_147_483_647)
  })
})

describe('retryAfterMs', () => {
  it.each([
    ['1', 1000],
    ['0.5', 500],
    ['0', 0],
    ['-3', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 8000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j as %j ms', (header, waitMs) => {
    expect(retryAfterMs(header, 2000)).toBe(waitMs)
  })
})

describe('waitInText', () => {
  it.each([
    ['Rate limit reached. Please try again in 1.5s. Visit the page.', 1500],
    ['try again in 20ms', 20],
    ['Try again in 11 seconds', 11_000],
    ['try again in 1m2.5s', 62_500],
    ['try again in 2 hours', 7_200_000],
    ['try again in 6 minutes', 360_000],
    ['try again later', undefined],
  ])('reads %j as %j ms', (text, waitMs) => {
    expect(waitInText(text)).toBe(waitMs)
  })
})
