import type { Connection, PeerId } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { StageError } from '#node/errors.ts'
import type { AddressBook } from '../address-book/address-book.ts'
import type { StageHost } from '../host/host.ts'
import { communityFromText, peerIdFromCommunity } from '../host/peer-key.ts'

/** Longest address that is looked at: a relayed one with both peer ids has about 200 characters. */
const ADDRESS_LENGTH_MAX = 500

/**
 * Dials an address, or for a bare peer id what the book, the peer store or the table know about it. Throws `StageError`
 * 'bad-address' or 'peer-unreachable'.
 */
export async function dial(host: StageHost, book: AddressBook, address: string): Promise<Connection> {
  const { peerId, addresses } = parse(address.trim())
  if (peerId !== undefined && host.peerId.equals(peerId))
    throw new StageError('bad-address', 'This is the address of this stage itself.')
  const known = book.get(peerId?.toString() ?? '')?.addresses.map(text => multiaddr(`${text}/p2p/${peerId}`)) ?? []
  const targets: (Multiaddr[] | PeerId)[] = [addresses, ...(addresses.length === 0 ? [known] : [])]
  if (addresses.length === 0 && peerId !== undefined) targets.push(peerId)
  let failure: unknown
  for (const target of targets) {
    if (Array.isArray(target) && target.length === 0) continue
    try {
      return await host.dial(target)
    } catch (cause) {
      failure = cause
    }
  }
  const hint = 'Is the other stage running, and is the address right?'
  throw new StageError('peer-unreachable', `Nobody answered at ${address}. ${hint}`, { cause: failure })
}

/** A multiaddr, with or without a peer id at its end, or a bare peer id. Throws 'bad-address'. */
function parse(address: string): { peerId: PeerId | undefined; addresses: Multiaddr[] } {
  if (address.length > ADDRESS_LENGTH_MAX) throw new StageError('bad-address', 'This address is too long.')
  if (!address.startsWith('/')) return { peerId: peerIdFromCommunity(communityFromText(address)), addresses: [] }
  let parsed: Multiaddr
  try {
    parsed = multiaddr(address)
  } catch (cause) {
    const example = '/ip4/203.0.113.7/tcp/4748/p2p/12D3KooW...'
    throw new StageError('bad-address', `"${address}" is not an address. One looks like ${example}`, { cause })
  }
  const last = parsed.getComponents().at(-1)
  const text = last?.name === 'p2p' ? last.value : undefined
  const peerId = text === undefined ? undefined : peerIdFromCommunity(communityFromText(text))
  if (peerId !== undefined && parsed.getComponents().length === 1) return { peerId, addresses: [] }
  return { peerId, addresses: [parsed] }
}
