import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { type Copies, type CopiesOptions, openCopies } from '#node/store/ledger/copies/open.ts'
import { encodeAnnouncement } from '#protocols/ledger/v1/announcement.ts'
import { type Charter, encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { community, must, NOW, type OwnLog, order, ownLogFolders, rules, signerOf } from './own-log-world.ts'

/** Four stages that hold a seat each in the log of `own-log-world`'s community. */
export const auditors = ['north', 'east', 'south', 'west'].map(signerOf)

export const charterOf = (over: Partial<Charter> = {}): Charter => ({
  network: 'bandstand',
  epoch: 1,
  previous: null,
  seats: 4,
  members: [community, ...auditors.map(({ publicKey }) => publicKey)].map((key, n) => ({
    community: key,
    name: `Community ${n}`,
    operator: `operator ${n}`,
    stake: 100,
    address: null,
  })),
  startsAt: NOW - 1_000,
  ...over,
})

export interface CopiesWorld {
  readonly clock: { now: number; nowMs(): number }
  readonly logs: ReturnType<typeof ownLogFolders>
  registry(charter?: Charter | null): Promise<Registry>
  copies(signer: SyncSigner, registry: Registry, more?: Partial<CopiesOptions>): Copies
  remove(): Promise<void>
}

/** Own logs and copies on real files, with one clock that the test moves. */
export function copiesWorld(): CopiesWorld {
  const logs = ownLogFolders()
  const { clock } = logs
  const folders: string[] = []
  const opened: Copies[] = []
  return {
    clock,
    logs,
    async registry(charter = charterOf()) {
      const registry = createMemoryRegistry({ clock, hasher })
      if (charter !== null) must(await registry.adopt(encodeCharter(charter)))
      return registry
    },
    copies(signer, registry, more = {}) {
      const folder = mkdtempSync(join(tmpdir(), 'copies-'))
      folders.push(folder)
      const checker = createOneThreadChecker(verifier)
      const file = join(folder, 'followed-logs.db')
      const copies = openCopies({ file, hasher, verifier, clock, rules, checker, registry, signer, ...more })
      opened.push(copies)
      return copies
    },
    async remove() {
      for (const copies of opened.splice(0)) await copies.close()
      await logs.remove()
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One more entry in the log: an issue of a cent to somebody. */
export async function addEntry(log: OwnLog, at: number): Promise<void> {
  const asset = { code: 'TEST', scale: 2, issuer: community }
  const made = order(
    signerOf('desk'),
    'value/issue',
    { account: signerOf('fan').publicKey, amount: 1n, asset, reference: null },
    at,
  )
  must(await log.order(made.envelope, made.id))
}

/** The newest batch as it goes over the receipts topic. */
export function announcementOf(log: OwnLog, from: number): Uint8Array {
  const { entries, consistency } = log.submission(from)
  return encodeAnnouncement({ checkpoint: log.checkpoint(), from, entries, consistency })
}
