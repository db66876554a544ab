import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** What a machine may need to reach a registry: proxies, authorities of its own, settings of package managers. */
const REACHES_REGISTRIES =
  /^(?:(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|DENO_TLS_CA_STORE|npm_config_.*)$/i

/**
 * The environment for a package manager, and for what it installed, in a home of its own: this machine's way to registries
 * and nothing else of it. The Node that runs this comes first in `PATH`. What npm downloaded before is used again.
 */
export function installEnvironment(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => REACHES_REGISTRIES.test(name) && !/_auth/i.test(name))
  return {
    npm_config_cache: join(homedir(), '.npm'),
    ...(Object.fromEntries(kept) as Record<string, string>),
    npm_config_update_notifier: 'false',
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: home,
  }
}
