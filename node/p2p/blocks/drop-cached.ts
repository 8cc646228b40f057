import type { CID } from 'multiformats/cid'
import { type CodecOf, isLeaf, linksOf } from './dag.ts'
import type { Vault } from './vault.ts'

/**
 * Removes what is cached under `root`: a release was taken down, so its copies go too. Own blocks stay. A block that
 * another release shares is fetched again when it is wanted. Answers how many bytes were freed.
 */
export async function dropCached(root: CID, { vault, codecOf }: { vault: Vault; codecOf: CodecOf }): Promise<number> {
  const seen = new Set<string>()
  const queue = [root]
  let freedBytes = 0
  for (let cid = queue.pop(); cid !== undefined; cid = queue.pop()) {
    const bytes = vault.bytesOf(cid)
    if (bytes === null || seen.has(cid.toString())) continue
    seen.add(cid.toString())
    const node = isLeaf(cid) ? null : await vault.read(cid)
    if (node !== null) queue.push(...(await linksOf(cid, node, codecOf)))
    if (vault.kind(cid) !== 'cached') continue
    await vault.remove(cid)
    freedBytes += bytes
  }
  return freedBytes
}
