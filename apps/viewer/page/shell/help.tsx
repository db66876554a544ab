import { signal } from '@preact/signals'
import { KEYS, keysOn, switchKeys } from './keys.ts'
import { useModal } from './use-modal.ts'

/** Whether the help is open. */
export const helpOpen = signal(false)

/** What the keys do. */
export function Help() {
  const close = (): void => {
    helpOpen.value = false
  }
  const modal = useModal(helpOpen.value, close)
  return (
    <dialog {...modal} class="dialog help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input type="checkbox" checked={keysOn.value} onChange={event => switchKeys(event.currentTarget.checked)} />{' '}
        single keys are on
      </label>
      <p class="muted">
        The model's time is from a request to the end of its response. “You” is the time from a question to your
        decision. “Waits” is probable and no more: Codex sends no event when it asks.
      </p>
      <button type="button" onClick={close}>
        close
      </button>
    </dialog>
  )
}
