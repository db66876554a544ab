import { hostname } from 'node:os'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { WorkerStart } from '../../protocol/messages.ts'
import { operatingSystem } from '../identity/operating-system.ts'

/** The parts of a start that a resource is made from. */
export type ResourceSource = Pick<WorkerStart, 'config' | 'serviceName' | 'serviceVersion'>

/** What every signal says of the process that it comes from; the configured attributes never override the library's. */
export function baseResource({ config, serviceName, serviceVersion }: ResourceSource): Resource {
  return resourceFromAttributes({ ...config.resource })
    .merge(defaultResource())
    .merge(
      resourceFromAttributes({
        'service.name': serviceName,
        'service.version': serviceVersion,
        env: config.environment,
      }),
    )
}

/** The host's name goes with logs only. */
export const logResource = (start: ResourceSource): Resource =>
  baseResource(start).merge(resourceFromAttributes({ 'host.name': hostname() }))

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

/** The system and the user's pseudonym go with metrics only. */
export function metricResource(start: ResourceSource, userId: string | undefined): Resource {
  const { os, osVersion, architecture } = operatingSystem()
  return baseResource(start).merge(
    resourceFromAttributes({
      os,
      ...(osVersion === undefined ? {} : { os_version: osVersion }),
      'host.arch': ARCHITECTURES[architecture] ?? architecture,
      ...(userId === undefined ? {} : { user_id: userId }),
    }),
  )
}
