import { useRef, useState } from 'preact/hooks'
import { CopyButton } from '../shell/copy-button.tsx'
import { setupsFor } from './agents.ts'

/** The lines to copy, an agent a tab. */
export function Setup({ base }: { base: string }) {
  const setups = setupsFor(base)
  const [chosen, setChosen] = useState(0)
  const tabs = useRef<HTMLDivElement>(null)
  const setup = setups[chosen]
  const choose = (index: number): void => {
    const next = (index + setups.length) % setups.length
    setChosen(next)
    tabs.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  if (!setup) return null
  return (
    <div class="setup">
      <div role="tablist" aria-label="Agents" ref={tabs}>
        {setups.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`setup-tab-${index}`}
            aria-selected={index === chosen}
            aria-controls="setup-panel"
            tabIndex={index === chosen ? 0 : -1}
            onClick={() => choose(index)}
            onKeyDown={event => {
              const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
              if (by === undefined) return
              event.preventDefault()
              choose(index + by)
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="setup-panel" aria-labelledby={`setup-tab-${chosen}`}>
        <p class="setup-file">
          <span class="muted">in</span> <span class="mono">{setup.file}</span>
          <CopyButton text={setup.lines} />
        </p>
        <pre>{setup.lines}</pre>
        {setup.note === undefined ? null : <p class="muted">{setup.note}</p>}
      </div>
    </div>
  )
}
