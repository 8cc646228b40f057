/** What the build writes: the service worker, and modules whose names carry a hash of what they hold. */
const BUILT = /^\/(?:sw|assets\/[\w.-]+)\.js$/

interface ScriptPolicy {
  createScriptURL(url: string): unknown
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy
}

/** The address itself, if it is a script of this build. Throws `TypeError` for all others, also for uploads of this stage under `/ipfs`. */
export function builtScript(url: string, origin: string): string {
  const at = new URL(url, origin)
  if (at.origin !== origin || !BUILT.test(at.pathname) || at.search !== '')
    throw new TypeError(`${url} is no script of this page`)
  return at.href
}

const rules = { createScriptURL: (url: string) => builtScript(url, location.origin) }
const { trustedTypes } = globalThis as { readonly trustedTypes?: Factory }
const policy: ScriptPolicy = trustedTypes?.createPolicy('bandstand', rules) ?? rules

/**
 * An address that a worker may be started from. The page's policy (Trusted Types, W3C) takes no plain string there, and this is the only
 * place that makes what it takes. Throws `TypeError` for whatever is not a script of this build.
 */
export const ownScript = (url: string): string => policy.createScriptURL(url) as string
