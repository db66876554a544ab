import { computed, signal } from '@preact/signals'
import type { ModelPrice, Prices } from '../../src/web/contract.ts'
import { getInfo } from '../api/client.ts'

/** The four prices of a model, in US dollars for 1,000,000 tokens. */
export type OwnPrice = Pick<ModelPrice, 'input' | 'cached' | 'cacheWrite' | 'output'>

const KEY = 'prices'
const FIELDS = ['input', 'cached', 'cacheWrite', 'output'] as const

const list = signal<Prices>({ date: null, models: [] })

/** Prices that were written on this page, by model. They are kept by this browser. */
const ownPrices = signal<Readonly<Record<string, OwnPrice>>>(stored())

/** The day of the list, and its prices with those of this page in place of theirs. */
export const prices = computed<Prices>(() => {
  const own = Object.entries(ownPrices.value).map(([model, price]) => ({
    model,
    validFrom: '1970-01-01',
    source: 'this page',
    ...price,
  }))
  return {
    date: list.value.date,
    models: [...own, ...list.value.models.filter(({ model }) => !hasOwnPrice(model))],
  }
})

/** Whether the price of a model was written on this page. */
export const hasOwnPrice = (model: string): boolean => Object.hasOwn(ownPrices.value, model)

/** Asks the viewer for its list, once. */
export async function loadPrices(): Promise<void> {
  if (list.value.models.length > 0) return
  list.value = (await getInfo()).prices
}

/** Takes prices for a model; `undefined` goes back to those of the list. */
export function setOwnPrice(model: string, price: OwnPrice | undefined): void {
  const { [model]: _, ...others } = ownPrices.value
  ownPrices.value = price ? { ...others, [model]: price } : others
  try {
    window.localStorage.setItem(KEY, JSON.stringify(ownPrices.value))
  } catch {
    // A browser that keeps nothing still shows the price until the page is closed.
  }
}

function stored(): Record<string, OwnPrice> {
  try {
    const read: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}')
    if (read === null || typeof read !== 'object') return {}
    return Object.fromEntries(Object.entries(read).filter(([, price]) => isPrice(price)))
  } catch {
    return {}
  }
}

function isPrice(value: unknown): value is OwnPrice {
  if (value === null || typeof value !== 'object') return false
  return FIELDS.every(name => {
    const price = (value as Record<string, unknown>)[name]
    return typeof price === 'number' && Number.isFinite(price) && price >= 0
  })
}
