import { useKeys } from '../shell/keys.ts'
import { priceOf } from './cost.ts'
import { hasOwnPrice, type OwnPrice, prices, setOwnPrice } from './own-prices.ts'

const FIELDS = [
  ['input', 'fresh input'],
  ['cached', 'from the cache'],
  ['cacheWrite', 'to the cache'],
  ['output', 'output'],
] as const

/** The prices of some models, which a person may change; everything that costs is added up again at once. */
export function PriceEditor({ models, onClose }: { models: readonly (string | null)[]; onClose(): void }) {
  useKeys({ Escape: onClose })
  return (
    <div class="price-editor">
      <p class="muted">
        US dollars for 1,000,000 tokens. What you write is kept by this browser alone and counts for all time.
      </p>
      <div class="scrolls-x">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">model</th>
              {FIELDS.map(([field, name]) => (
                <th key={field} scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col">
                <span class="hidden">of the list</span>
              </th>
            </tr>
          </thead>
          <tbody>{models.map(model => (model === null ? null : <Row key={model} model={model} />))}</tbody>
        </table>
      </div>
    </div>
  )
}

function Row({ model }: { model: string }) {
  const price = priceOf(prices.value.models, model, Date.now())
  const change = (field: keyof OwnPrice, { value: text, validity }: HTMLInputElement): void => {
    const value = Number(text)
    if (text === '' || !validity.valid || !Number.isFinite(value)) return
    const { input, cached, cacheWrite, output } = price ?? { input: 0, cached: 0, cacheWrite: 0, output: 0 }
    setOwnPrice(model, { input, cached, cacheWrite, output, [field]: value })
  }
  return (
    <tr>
      <th scope="row">{model}</th>
      {FIELDS.map(([field, name]) => (
        <td key={field} class="number">
          <input
            type="number"
            min="0"
            step="any"
            inputMode="decimal"
            aria-label={`${model}, ${name}`}
            value={price?.[field] ?? ''}
            placeholder="unknown"
            onChange={({ currentTarget }) => {
              change(field, currentTarget)
              // What is no price is not left to look like one that counts.
              currentTarget.value = String(priceOf(prices.value.models, model, Date.now())?.[field] ?? '')
            }}
          />
        </td>
      ))}
      <td>
        {hasOwnPrice(model) ? (
          <button
            type="button"
            class="plain"
            onClick={event => {
              setOwnPrice(model, undefined)
              // The button that was pressed is gone.
              event.currentTarget.closest('tr')?.querySelector('input')?.focus()
            }}
          >
            back to the list
          </button>
        ) : null}
      </td>
    </tr>
  )
}
