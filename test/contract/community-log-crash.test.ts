import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { verifyConsistency } from '#src/ledger/merkle-verify.ts'
import { replayLog } from '#src/ledger/replay.ts'
import { asset, community, desk, ports } from '#test/unit/ledger/world.ts'

const ROUNDS = 20
const WRITER = fileURLToPath(new URL('./community-log-writer.ts', import.meta.url))

interface Ack {
  readonly index: number
  readonly leaf: string
  readonly note: string
}

/** Runs the writer and kills it without warning after `acks` lines, plus a moment that differs each round. */
async function writeUntilKilled(file: string, acks: number, momentMs: number): Promise<Ack[]> {
  const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const before = output.split('\n').length
    output += chunk.toString()
    if (before <= acks && output.split('\n').length > acks) setTimeout(() => child.kill('SIGKILL'), momentMs)
  })
  const [, signal] = await exited
  expect(signal).toBe('SIGKILL')
  // A line without its newline was cut off by the kill: it was not acknowledged.
  return output
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [index = '', leaf = '', ...note] = line.split(' ')
      return { index: Number(index), leaf, note: JSON.parse(note.join(' ')) as string }
    })
}

test('nothing acknowledged is lost and no history is signed twice, however often the writer is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-crash-'))
  const file = join(folder, 'ledger.db')
  try {
    const acked: Ack[] = []
    for (let round = 0; round < ROUNDS; round++) {
      acked.push(...(await writeUntilKilled(file, 1 + (round % 7), (round * 13) % 31)))
      const log = createCommunityLog({ ...ports, file, signer: desk, asset, clock: { nowMs: () => 0 } })
      try {
        for (const { index, leaf } of acked)
          expect(Buffer.from(log.receipt(index)?.leafHash ?? []).toString('hex')).toBe(leaf)
        const size = log.size()
        for (const { note } of acked.slice(-20)) {
          const seen = parseCheckpoint(note)
          if (!seen.ok) throw new Error(seen.error.message)
          const { size: from, root: fromRoot } = seen.value
          const claim = { from, to: size, fromRoot, toRoot: log.root(), proof: log.consistencyProof(from, size) }
          expect(verifyConsistency(ports.hasher, claim)).toBe(true)
        }
        if (round === ROUNDS - 1) {
          const replay = replayLog(ports, community, log.entries(0, size), log.checkpoint())
          expect(replay).toMatchObject({ ok: true, value: { size } })
        }
      } finally {
        log.close()
      }
    }
    expect(acked.length).toBeGreaterThan(ROUNDS)
  } finally {
    await rm(folder, { recursive: true })
  }
})
