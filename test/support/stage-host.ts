import { clock } from '#node/identity/crypto-ports.ts'
import { type Identity, newIdentity } from '#node/identity/identity.ts'
import { createHost, type HostOptions, type StageHost } from '#node/p2p/host/host.ts'

/** Loopback, free ports, no table: what a test wants unless it says otherwise. */
const LOOPBACK: HostOptions['settings'] = {
  p2p: { host: '127.0.0.1', tcpPort: 0, wsPort: 0, announce: [] },
  public: false,
  reachability: 'off',
  mdns: false,
  dht: 'off',
  bootstrap: [],
}

export interface TestHost {
  readonly identity: Identity
  readonly host: StageHost
}

/** A real host with an identity of its own, not yet started. The caller stops it. */
export async function makeHost(
  settings: Partial<HostOptions['settings']> = {},
  identity: Identity = newIdentity(),
): Promise<TestHost> {
  const host = await createHost({
    privateKey: identity.privateKey,
    settings: { ...LOOPBACK, ...settings },
    clock,
    userAgent: 'bandstand/test',
  })
  return { identity, host }
}

export async function startHost(
  settings: Partial<HostOptions['settings']> = {},
  identity?: Identity,
): Promise<TestHost> {
  const made = await makeHost(settings, identity)
  await made.host.start()
  return made
}

/** Polls until the condition holds; the test's own timeout ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20))
}
