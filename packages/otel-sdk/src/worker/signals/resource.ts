import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { DEFAULT_SERVICE_NAME } from '../../catalogue/service-name.ts'
import { scrubTags } from '../../content/scrub-tags.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import type { WorkerStart } from '../../protocol/messages.ts'
import { hostName, operatingSystem } from '../identity/operating-system.ts'

/** The parts of a start that a resource is made from. */
export type ResourceSource = Pick<WorkerStart, 'config' | 'serviceName' | 'serviceVersion'>

/**
 * What every signal says of the process that it comes from, without secrets; the configured attributes never override
 * the library's.
 */
export function baseResource(
  { config, serviceName = DEFAULT_SERVICE_NAME, serviceVersion }: ResourceSource,
  scrubber: Scrubber,
): Resource {
  const own = { 'service.name': serviceName, 'service.version': serviceVersion, env: config.environment }
  return resourceFromAttributes(scrubTags(config.resource, scrubber))
    .merge(defaultResource())
    .merge(resourceFromAttributes(scrubTags(own, scrubber, NAME_LIMIT)))
}

/** The host's name goes with logs only. */
export function logResource(start: ResourceSource, scrubber: Scrubber): Resource {
  const name = hostName()
  return baseResource(start, scrubber).merge(resourceFromAttributes(name === undefined ? {} : { 'host.name': name }))
}

/** The values that OpenTelemetry has for `host.arch`, by what machines call themselves. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  AMD64: 'amd64',
  aarch64: 'arm64',
  ARM64: 'arm64',
  armv6l: 'arm32',
  armv7l: 'arm32',
  i386: 'x86',
  i686: 'x86',
}

/** The system goes with metrics only. */
export function metricResource(start: ResourceSource, scrubber: Scrubber): Resource {
  const { os, osVersion, architecture } = operatingSystem()
  return baseResource(start, scrubber).merge(
    resourceFromAttributes({
      os,
      ...(osVersion === undefined ? {} : { os_version: osVersion }),
      ...(architecture === undefined ? {} : { 'host.arch': ARCHITECTURES[architecture] ?? architecture }),
    }),
  )
}

/** Adds whom the metrics are of, once that is known. */
export const withUser = (resource: Resource, userId: string | undefined): Resource =>
  userId === undefined ? resource : resource.merge(resourceFromAttributes({ user_id: userId }))
