import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createOneThreadChecker } from '#node/identity/threads/one-thread.ts'
import { createAuditService } from '#node/p2p/audit/audit-service.ts'
import { createSequencer } from '#node/stage/sequencer.ts'
import { openCopies } from '#node/store/ledger/copies/open.ts'
import type { Part } from '../ledger.ts'
import { percentile } from '../support/statistics.ts'
import { type Child, startChild } from './child.ts'
import { desk, furnish, openLog, rules, vouchersOf } from './community.ts'
import { clock, federation, hostOf } from './federation.ts'

const COMMITTEES = [4, 21] as const
/** Fewer than a seat answers at once (node/p2p/audit/limits.ts): here a round follows on the other, not a second later. */
const ROUNDS: Readonly<Record<number, number>> = { 4: 30, 21: 30 }
const WARM_UP = 3
/** Receipts of a batch: a second of a community that is well visited. */
const RECEIPTS = 50

async function startSeats(count: number): Promise<{ children: Child[]; addresses: string[] }> {
  const children: Child[] = []
  const addresses: string[] = []
  // One after another: a machine with two cores starts 21 processes no faster at once.
  for (let number = 0; number < count; number++) {
    const child = startChild(import.meta.resolve('./certificate-seat.ts'), { number, count })
    children.push(child)
    addresses.push(((await child.next()) as { address: string }).address)
  }
  return { children, addresses }
}

/** Milliseconds from the commit of a batch to its certificate, once for each batch. */
async function timesWith(count: number): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-certificate-'))
  const { children, addresses } = await startSeats(count)
  const host = await hostOf('desk')
  const registry = await federation(count)
  const file = join(folder, 'followed-logs.db')
  const checker = createOneThreadChecker(verifier)
  const copies = openCopies({ file, hasher, verifier, clock, rules, checker, registry, signer: desk })
  const log = openLog(folder)
  const evidence = async () => ({ known: true })
  const audit = createAuditService({ libp2p: host, auditor: copies.auditor, clock, evidence })
  const sequencer = createSequencer({
    own: desk.publicKey,
    log,
    registry,
    peers: audit.peers,
    handovers: copies.handovers,
    hasher,
    verifier,
    clock,
    announce: () => {},
  })
  try {
    for (const address of addresses) await host.dial(multiaddr(address))
    await furnish(log, 1)
    await sequencer.turn()
    const rounds = (ROUNDS[count] ?? 0) + WARM_UP
    const tickets = vouchersOf(0, rounds * RECEIPTS)
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      await Promise.all(tickets.slice(round * RECEIPTS, (round + 1) * RECEIPTS).map(ticket => log.voucher(ticket)))
      const start = performance.now()
      await sequencer.turn()
      if (log.record(log.signedSize() - 1)?.finality !== 'final')
        throw new Error(
          `no certificate: ${JSON.stringify(sequencer.status().refusals.map(({ code, message }) => [code, message]))}`,
        )
      if (round >= WARM_UP) times.push(performance.now() - start)
    }
    return times
  } finally {
    await sequencer.stop()
    await audit.stop()
    await host.stop()
    await log.close()
    await copies.close()
    for (const child of children) await child.stop()
    await rm(folder, { recursive: true })
  }
}

/**
 * From the commit leaf to the certificate, with 4 and with 21 seats, each a process with a host and files of its own on
 * this machine. Time in one process: 21 seats share its cores, so theirs is a ceiling.
 */
export const run: Part = async () => {
  const figures: Record<string, number> = {}
  for (const count of COMMITTEES) {
    const times = await timesWith(count)
    figures[`cert_p50_ms_${count}`] = percentile(times, 0.5)
    figures[`cert_p99_ms_${count}`] = percentile(times, 0.99)
  }
  return { ratios: {}, figures }
}
