import { capText } from '../../content/cap-text.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import { textOf } from '../../content/text-of.ts'

/** How the conventions for GenAI call providers that applications call otherwise. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/azure/, 'azure.ai.openai'],
  [/bedrock/, 'aws.bedrock'],
  [/vertex/, 'gcp.vertex_ai'],
  [/gemini|google/, 'gcp.gemini'],
  [/^open-?ai\b/, 'openai'],
  [/^anthropic\b|^claude\b/, 'anthropic'],
  [/^mistral/, 'mistral_ai'],
  [/^x-?ai\b|^grok\b/, 'x_ai'],
  [/watsonx/, 'ibm.watsonx.ai'],
]

/** `gen_ai.provider.name` for what an application calls a provider. */
export function providerName(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined
  const name = capText(textOf(given), NAME_LIMIT).trim().toLowerCase()
  return name === '' ? undefined : (KNOWN.find(([form]) => form.test(name))?.[1] ?? name)
}
