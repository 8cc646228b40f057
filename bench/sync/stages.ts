import { rm } from 'node:fs/promises'
import type { Libp2p } from '@libp2p/interface'
import { clock, hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createIntake } from '#node/intake/intake.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { Channel } from '#node/p2p/sync/session.ts'
import { createSync, type SyncService } from '#node/p2p/sync/sync.ts'
import type { Intake } from '#node/ports/intake.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import type { AuthorCursor } from '#protocols/sync/v1/codec.ts'
import { MESSAGE_BYTES_MAX, SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { connect, loopbackNode } from '#test/support/libp2p-pair.ts'
import { cpuTimer } from '../support/cpu.ts'
import { COMMUNITY, copyOf, type Fixture, type Lack, openStore } from './fixture.ts'

export interface Cost {
  readonly seconds: number
  /** Of both stages: they share this process. */
  readonly cpuSeconds: number
  readonly bytes: number
  readonly rounds: number
}

interface Side {
  readonly libp2p: Libp2p
  readonly sync: SyncService
  readonly intake: Intake
  readonly received: () => number
  readonly stop: () => Promise<void>
}

/** The stage that lacks events, and the one that has them all. */
export interface Stages {
  readonly lacking: Side
  readonly full: Side
  readonly received: () => number
}

const NO_LEDGER = { ok: false, error: { code: 'internal', message: 'no ledger here' } } as const

async function side(file: string): Promise<Side> {
  const copy = await copyOf(file, 'round')
  const { store, close } = openStore(copy)
  let received = 0
  const intake = createIntake({
    own: new Uint8Array(32),
    store,
    hasher,
    verifier,
    clock,
    rate: { burst: 1, perSecond: 1 },
    holds: () => true,
    hasRoom: () => true,
    isBanned: () => false,
    execute: async () => NO_LEDGER,
    executeVoucher: async () => NO_LEDGER,
    appended: ({ event }) => {
      received++
      sync.appended(event)
    },
    count: () => {},
  })
  const libp2p = await loopbackNode()
  const sync: SyncService = createSync({
    libp2p,
    store,
    intake,
    hasher,
    clock,
    holds: () => true,
    logOf: () => null,
    copies: {} as LogCopies,
  })
  await sync.start()
  const stop = async (): Promise<void> => {
    await sync.stop()
    await libp2p.stop()
    close()
    for (const suffix of ['', '-wal', '-shm']) await rm(copy + suffix, { force: true })
  }
  return { libp2p, sync, intake, received: () => received, stop }
}

/** Two connected stages over fresh copies of the stores. */
export async function withStages(fixture: Fixture, lack: Lack, use: (stages: Stages) => Promise<void>): Promise<void> {
  const [lacking, full] = [await side(fixture.lacking[lack]), await side(fixture.full)]
  try {
    await connect(lacking.libp2p, full.libp2p)
    await use({ lacking, full, received: lacking.received })
  } finally {
    await lacking.stop()
    await full.stop()
  }
}

function timer(): () => Pick<Cost, 'seconds' | 'cpuSeconds'> {
  const [startedMs, cpu] = [performance.now(), cpuTimer()]
  return () => ({ seconds: (performance.now() - startedMs) / 1000, cpuSeconds: cpu() })
}

/** One sync session. */
export async function ours({ lacking, full }: Stages): Promise<Cost> {
  const elapsed = timer()
  const report = await lacking.sync.syncWith(full.libp2p.peerId.toString(), COMMUNITY)
  return { ...elapsed(), bytes: report.bytes, rounds: report.rounds }
}

/** The same protocol and the same door, without comparing anything: every event of every author is fetched. */
export async function everything({ lacking, full }: Stages): Promise<Cost> {
  const elapsed = timer()
  const stream = await lacking.libp2p.dialProtocol(full.libp2p.peerId, SYNC_PROTOCOL)
  const io = frames(stream, { frameBytesMax: MESSAGE_BYTES_MAX })
  const channel = new Channel(io, new AbortController().signal)
  const opened = await channel.ask({ t: 'open', community: COMMUNITY, fingerprint: new Uint8Array(16) })
  if (opened.t !== 'vector' || opened.authors === null) throw new Error('no vector')
  let cursors: AuthorCursor[] = opened.authors.map(([author]) => [author, 0])
  while (cursors.length > 0) {
    const batch = await channel.ask({ t: 'authors', authors: cursors })
    if (batch.t !== 'events') throw new Error('no events')
    await Promise.all(batch.events.map(bytes => lacking.intake.submit(bytes, { kind: 'sync', peer: 'full' })))
    if (batch.next === null) break
    const [index, after] = batch.next
    cursors = [[(cursors[index] as AuthorCursor)[0], after], ...cursors.slice(index + 1)]
  }
  await io.close()
  return { ...elapsed(), bytes: channel.bytes, rounds: channel.rounds }
}
