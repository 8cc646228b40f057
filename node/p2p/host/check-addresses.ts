import { multiaddr } from '@multiformats/multiaddr'
import type { Settings } from '#node/config/settings.ts'
import { StageError } from '#node/errors.ts'

function check(text: string, flag: string, withPeer: boolean): void {
  const refuse = (expected: string, cause?: unknown) =>
    new StageError('bad-arguments', `${flag} is "${text}": expected ${expected}.`, { path: flag, cause })
  let last: string | undefined
  try {
    last = multiaddr(text).getComponents().at(-1)?.name
  } catch (cause) {
    throw refuse('a multiaddr such as /ip4/192.0.2.7/tcp/4748/p2p/12D3KooW...', cause)
  }
  if (withPeer && last !== 'p2p') throw refuse('an address that ends with /p2p/ and the peer id of that stage')
}

/** Before anything starts: libp2p would stop at a wrong address, and pass over one without a peer in silence. */
export function checkAddresses({ p2p, bootstrap }: Pick<Settings, 'p2p' | 'bootstrap'>): void {
  for (const text of p2p.announce) check(text, '--announce', false)
  for (const text of bootstrap) check(text, '--bootstrap', true)
}
