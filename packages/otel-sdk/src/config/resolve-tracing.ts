import { SIGNALS } from '../catalogue/signals.ts'
import { describeAllowed, describeSuggestion, describeValue, quote } from './describe-value.ts'
import type { PropagationTarget, SamplerName, TracingConfig } from './effective-config.ts'
import type { MistakenKeys } from './mistaken-keys.ts'
import type { TableValue } from './read-table.ts'
import type { Resolution } from './resolution.ts'
import { resolveSpanAttributes, resolveTraceState } from './resolve-span-additions.ts'
import { PROPAGATION_TARGETS, type ValueSpec } from './schema.ts'
import type { Section } from './section.ts'

const TARGET: ValueSpec = { type: 'choice', values: PROPAGATION_TARGETS }
const DEFAULT_TARGETS: readonly PropagationTarget[] = ['commands']

/** How spans are made. What is wrong in it turns its own part off, and spans are exported all the same. */
export function resolveTracing(
  resolution: Resolution,
  root: Section,
  mistaken: MistakenKeys,
  isActive: boolean,
): Omit<TracingConfig, 'scheduleDelayMs'> {
  const misspelt = mistaken.withheld.get('propagate')
  const traces = root.inner(
    'traces',
    misspelt === undefined ? undefined : new Map([['propagate', { value: 'none', path: misspelt }]]),
  )
  const mark = resolution.settings.length
  // The variables of the standard are asked only where spans are exported.
  const signal = isActive ? SIGNALS.find(({ name }) => name === 'traces') : undefined
  const sampler = traces.effective<SamplerName>('sampler', signal)
  const ratio = traces.effective<number>('ratio', signal)
  if (traces.has('ratio') && !sampler.endsWith('traceidratio')) {
    resolution.report('warning', traces.pathOf('ratio'), {
      found: `a ratio, beside the sampler ${quote(sampler)}`,
      allowed: 'the same with sampler = "parentbased_traceidratio" or "traceidratio"',
      consequence: 'it has no effect',
    })
  }
  const tracing = {
    sampler,
    ratio,
    propagate: resolvePropagation(resolution, traces),
    content: traces.effective<boolean>('content'),
    // Few have them, and what reads them is loaded when it is called.
    spanAttributes: root.has('span_attributes') ? resolveSpanAttributes(resolution, root) : {},
    traceState: root.has('tracestate') ? resolveTraceState(resolution, root) : [],
  }
  // Of what nothing comes, nothing is shown.
  if (!isActive) resolution.settings.length = mark
  return tracing
}

function resolvePropagation(resolution: Resolution, section: Section): readonly PropagationTarget[] {
  const written = section.get<TableValue>('propagate')
  const path = section.pathOf('propagate')
  const targets = new Set<PropagationTarget>(written === undefined ? DEFAULT_TARGETS : [])
  for (const [index, name] of (Array.isArray(written) ? written : []).entries()) {
    const target = PROPAGATION_TARGETS.find(known => known === name)
    if (target !== undefined) {
      targets.add(target)
      continue
    }
    resolution.report('warning', [...path, String(index)], {
      found: describeValue(name),
      allowed: describeAllowed(TARGET) + describeSuggestion(TARGET, name),
      consequence: 'it learns nothing of a trace',
    })
  }
  const origin = written === undefined ? ({ from: 'default' } as const) : resolution.origin(path)
  resolution.setting([...section.path, 'propagate'], { shown: [...targets].join(', ') || 'nothing' }, origin)
  return [...targets]
}
