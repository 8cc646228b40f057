import { join } from 'node:path'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { identityFromSeed } from '#node/identity/identity.ts'
import { type AuditService, createAuditService } from '#node/p2p/audit/audit-service.ts'
import type { StageHost } from '#node/p2p/host/host.ts'
import type { Registry } from '#node/ports/ledger.ts'
import { createSequencer, type Sequencer, type SequencerInit } from '#node/stage/sequencer.ts'
import type { Copies, CopiesOptions } from '#node/store/ledger/copies/open.ts'
import { type CopiesWorld, charterOf, copiesWorld } from './copies-world.ts'
import { type OwnLog, signerOf } from './own-log-world.ts'
import { startHost } from './stage-host.ts'

/** A stage that may hold seats: a real host with real files. */
export interface SeatStage {
  readonly name: string
  readonly key: Uint8Array
  readonly host: StageHost
  readonly registry: Registry
  readonly copies: Copies
  readonly service: AuditService
  /** Evidence that this stage found or was told, newly. */
  readonly found: Uint8Array[]
  /** Its process is gone: sockets and files closed. `start` with the same name finds the files again. */
  stop(): Promise<void>
}

export interface Author {
  readonly folder: string
  readonly log: OwnLog
  readonly host: StageHost
  readonly service: AuditService
  readonly registry: Registry
  readonly copies: Copies
  readonly sequencer: Sequencer
  /** What went over the receipts topic. */
  readonly said: Uint8Array[]
  readonly warned: string[]
}

const seedOf = (name: string): Uint8Array => hasher.sha256(Buffer.from(name))

/** One community and its auditors as real libp2p hosts on loopback, on a clock that the test moves. */
export function committeeWorld() {
  const world: CopiesWorld = copiesWorld()
  const folder = world.logs.folder()
  const running = new Set<{ stop(): Promise<void> }>()
  const running1 = <T extends { stop(): Promise<void> }>(stage: T): T => {
    running.add(stage)
    return stage
  }

  async function seat(name: string, more: Partial<CopiesOptions> = {}, port = 0): Promise<SeatStage> {
    const { host } = await startHost(
      { p2p: { host: '127.0.0.1', tcpPort: port, wsPort: 0, announce: [] } },
      identityFromSeed(seedOf(name)),
    )
    const registry = await world.registry(charterOf())
    const found: Uint8Array[] = []
    const copies = world.copies(signerOf(name), registry, {
      file: join(folder, `${name}.db`),
      found: (_, evidence) => void found.push(evidence),
      ...more,
    })
    const service = createAuditService({
      libp2p: host,
      auditor: copies.auditor,
      clock: { nowMs: () => Date.now() },
      evidence: async bytes => {
        const taken = await copies.evidence.take(bytes)
        return taken.ok ? taken.value : { refused: taken.error.message }
      },
    })
    await service.start()
    const stage: SeatStage = {
      name,
      key: signerOf(name).publicKey,
      host,
      registry,
      copies,
      service,
      found,
      async stop() {
        running.delete(stage)
        await service.stop()
        await host.stop()
        await copies.close()
      },
    }
    return running1(stage)
  }

  async function author(dataDir = world.logs.folder(), more: Partial<SequencerInit> = {}): Promise<Author> {
    const { host } = await startHost({}, identityFromSeed(seedOf('desk')))
    const registry = await world.registry(charterOf())
    const copies = world.copies(signerOf('desk'), registry)
    const log = world.logs.open(dataDir)
    const service = createAuditService({
      libp2p: host,
      auditor: copies.auditor,
      clock: { nowMs: () => Date.now() },
      evidence: async () => ({ known: true }),
    })
    await service.start()
    const said: Uint8Array[] = []
    const warned: string[] = []
    const sequencer = createSequencer({
      own: signerOf('desk').publicKey,
      log,
      registry,
      peers: service.peers,
      handovers: copies.handovers,
      hasher,
      verifier,
      clock: world.clock,
      announce: message => void said.push(message),
      warn: message => void warned.push(message),
      greetMs: 2_000,
      ...more,
    })
    const stage = {
      async stop() {
        await sequencer.stop()
        await service.stop()
        await host.stop()
      },
    }
    running1(stage)
    return { folder: dataDir, log, host, service, registry, copies, sequencer, said, warned }
  }

  return {
    ...world,
    seat,
    author,
    async meet(from: StageHost, ...others: readonly { readonly host: StageHost }[]): Promise<void> {
      for (const { host } of others) {
        // A connection to the same key's process before may not be seen to be gone yet, and would be taken for this one's.
        await from.hangUp(host.peerId)
        await from.dial(host.getMultiaddrs())
      }
    },
    async remove(): Promise<void> {
      for (const stage of [...running].reverse()) await stage.stop()
      await world.remove()
    },
  }
}
