import { lookup as resolveName } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/**
 * Where no push service lives: this machine, the network around it, and what is reserved (IANA special-purpose address registries,
 * RFC 6890). Subscriptions come from strangers; without this they could make the stage knock on its owner's other doors.
 */
const NOWHERE: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Of IPv6 only global unicast is reached, and of it not what wraps another address or is reserved. */
const NOWHERE_6: readonly (readonly [address: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const refused = new BlockList()
for (const [address, prefix] of NOWHERE) refused.addSubnet(address, prefix, 'ipv4')
for (const [address, prefix] of NOWHERE_6) refused.addSubnet(address, prefix, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

/** Whether an address belongs to the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !refused.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}

export interface Resolved {
  readonly address: string
  readonly family: 4 | 6
}

/** The address to connect to, checked once and used as it is: a second answer of the DNS cannot be another. Null: refused. */
export async function resolvePublic(host: string): Promise<Resolved | null> {
  if (isIP(host) !== 0) return null
  const found = await resolveName(host, { all: true, verbatim: true })
  if (found.length === 0 || !found.every(({ address }) => isPublic(address))) return null
  const [first] = found
  return first === undefined ? null : { address: first.address, family: first.family === 6 ? 6 : 4 }
}
