import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import type { MemoryBlocks } from './memory-blocks.ts'

/** Fixtures of ipfs/gateway-conformance, read in place. */
const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/gateway')

/** Whether the fixtures are here; a suite that skips for want of them says so. */
export function haveGatewayVectors(): boolean {
  const present = existsSync(VECTORS)
  if (!present) console.log('gateway vectors are absent: skipping gateway conformance')
  return present
}

export interface GatewayVectors {
  /** Root of a fixture, by its file name without `.car`. */
  root(name: string): CID
  /** CID at a path through plain directories of a fixture. */
  at(name: string, ...path: string[]): Promise<CID>
  links(cid: CID): Promise<dagPb.PBLink[]>
}

/** Takes every fixture into `blocks`. */
export async function loadGatewayVectors(blocks: MemoryBlocks): Promise<GatewayVectors> {
  const roots = new Map<string, CID>()
  for (const entry of readdirSync(VECTORS, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.car')) continue
    roots.set(entry.name, await blocks.addCar(readFileSync(resolve(entry.parentPath, entry.name))))
  }
  const root = (name: string) => roots.get(`${name}.car`)!
  const links = async (cid: CID) => dagPb.decode(await blocks.get(cid)).Links
  const at = async (name: string, ...path: string[]) => {
    let cid = root(name)
    for (const part of path) cid = (await links(cid)).find(link => link.Name === part)!.Hash
    return cid
  }
  return { root, at, links }
}
