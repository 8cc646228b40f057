import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasher, signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { createSignaturePool } from '#node/identity/threads/signature-pool.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { openCopies } from '#node/store/ledger/copies/open.ts'
import { encodeCharter } from '#protocols/ledger/v1/charter.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Part } from '../ledger.ts'
import { median } from '../support/statistics.ts'
import { community, rules } from './community.ts'
import { writtenLog } from './written-log.ts'

const ROUNDS = 7
const BATCH = 10_000
const CHANNELS = 1_000

const seats = Array.from({ length: 4 }, (_, n) => signerFromSeed(new Uint8Array(32).fill(n + 1)))
const seat = seats[0] as (typeof seats)[number]

/** An auditor on a real file that holds one of four seats. */
async function openSeat(folder: string, threads: number, nowMs: number) {
  const clock = { nowMs: () => nowMs }
  const registry = createMemoryRegistry({ clock, hasher })
  const members = [community, ...seats.map(({ publicKey }) => publicKey)].map((key, n) => ({
    community: key,
    name: `Community ${n}`,
    operator: `operator ${n}`,
    stake: 1,
    address: null,
  }))
  const charter = { network: 'bandstand', epoch: 1, previous: null, seats: 4, members, startsAt: nowMs - 1 }
  const adopted = await registry.adopt(encodeCharter(charter))
  if (!adopted.ok) throw new Error(adopted.error.message)
  const pool = createSignaturePool({ verifier, threads })
  const file = join(await mkdtemp(join(folder, 'seat-')), 'followed-logs.db')
  const options = {
    file,
    hasher,
    verifier,
    clock,
    rules,
    checker: pool,
    registry,
    signer: seat,
    keepsLines: () => false,
  }
  const copies = openCopies(options)
  return {
    async judge(submission: Submission): Promise<number> {
      const start = performance.now()
      const answer = await copies.auditor.judge(community, submission)
      if (answer.line === undefined) throw new Error(JSON.stringify(answer))
      return performance.now() - start
    },
    async close(): Promise<void> {
      await copies.close()
      await pool.close()
    },
  }
}

/** CPU of this thread, ms: what a machine that others use, too, cannot blur. Leaves out the wait for the disk. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

const checksOf = ({ entries }: Submission): SignatureCheck[] =>
  entries.flatMap(entry => {
    const read = readEntry(hasher, community, entry)
    return read.ok ? read.value.checks : []
  })

/** The floor: nothing but the signatures of a batch, one after another, by the same library. Milliseconds. */
function bareVerify(checks: readonly SignatureCheck[]): number {
  const start = performance.now()
  for (const { publicKey, message, signature } of checks)
    if (!verifier.verify(publicKey, message, signature)) throw new Error('a signature of the bench is false')
  return performance.now() - start
}

/**
 * The seat's whole path for batches of 10,000 receipts over 1,000 channels, three payees each: decode, verify, execute,
 * hash, persist, cosign. Beside bare Ed25519 verification of the same signatures, turn by turn: on one thread, and with a
 * second one that verifies.
 */
export const run: Part = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-seat-'))
  const nowMs = Date.now()
  const log = writtenLog(nowMs, CHANNELS)
  const [one, two] = [await openSeat(folder, 0, nowMs), await openSeat(folder, 1, nowMs)]
  const times: { bare: number; one: number; two: number; cpu: number }[] = []
  try {
    for (let round = -1; round < ROUNDS; round++) {
      const submission = round < 0 ? log.opening(1) : log.batch(BATCH, 1)
      const checks = checksOf(submission)
      const began = cpuMs()
      const bare = bareVerify(checks)
      const verified = cpuMs()
      const alone = await one.judge(submission)
      const cpu = (verified - began) / (cpuMs() - verified)
      const cost = { bare, one: alone, two: await two.judge(submission), cpu }
      if (round >= 0) times.push(cost)
    }
  } finally {
    await one.close()
    await two.close()
    await rm(folder, { recursive: true })
  }
  const rate = (of: 'bare' | 'one' | 'two'): number => BATCH / (median(times.map(cost => cost[of])) / 1_000)
  return {
    ratios: {
      seat_vs_verify: median(times.map(cost => cost.bare / cost.one)),
      seat_vs_verify_cpu: median(times.map(({ cpu }) => cpu)),
      seat_threads_vs_verify: median(times.map(cost => cost.bare / cost.two)),
    },
    figures: {
      seat_receipts_per_second: rate('one'),
      seat_threads_receipts_per_second: rate('two'),
      verify_per_second: rate('bare'),
    },
  }
}
