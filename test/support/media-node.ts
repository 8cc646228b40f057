import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Libp2p } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { createHeliaNode, type HeliaNode, type HeliaNodeOptions } from '#node/p2p/helia/helia-node.ts'
import { loopbackNode } from './libp2p-pair.ts'

export const MIB = 1024 * 1024

/** A stage's content layer on a loopback libp2p of its own. */
export interface MediaNode extends HeliaNode {
  readonly libp2p: Libp2p
  readonly dataDir: string
}

type Options = Partial<HeliaNodeOptions>

/** Starts content nodes in temporary folders, and removes every trace of them. */
export class MediaNodes {
  readonly #nodes = new Set<MediaNode>()
  readonly #dirs: string[] = []

  async start(options: Options = {}): Promise<MediaNode> {
    const libp2p = options.libp2p ?? (await loopbackNode())
    const dataDir = options.dataDir ?? (await this.dir())
    const node = await createHeliaNode({ cacheBytesMax: 1024 * MIB, ...options, libp2p, dataDir })
    const started = { ...node, libp2p, dataDir }
    this.#nodes.add(started)
    return started
  }

  async dir(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'bandstand-media-'))
    this.#dirs.push(dir)
    return dir
  }

  async stop(node: MediaNode): Promise<void> {
    if (!this.#nodes.delete(node)) return
    await node.stop()
    await node.libp2p.stop()
  }

  async stopAll(): Promise<void> {
    for (const node of [...this.#nodes]) await this.stop(node)
    for (const dir of this.#dirs.splice(0)) await rm(dir, { recursive: true, force: true })
  }
}

/** Adds random bytes as one file and makes it the node's own. */
export async function publish(node: MediaNode, bytes: number): Promise<{ root: CID; content: Uint8Array }> {
  const content = randomBytes(bytes)
  const root = await node.unixfs.addBytes(content)
  await node.vault.pin(root)
  return { root, content }
}

export async function meet(from: MediaNode, to: MediaNode): Promise<void> {
  await from.libp2p.dial(to.libp2p.getMultiaddrs())
  await until(() => from.client.holders.includes(to.libp2p.peerId.toString()))
}

export async function readAll(node: MediaNode, cid: CID, range: { offset?: number; length?: number } = {}) {
  const parts: Uint8Array[] = []
  for await (const part of node.unixfs.cat(cid, range)) parts.push(part)
  return Buffer.concat(parts)
}

/** Polls until it holds; the suite's own timeout is the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 10))
}
