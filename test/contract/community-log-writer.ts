import { writeSync } from 'node:fs'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { asset, BAND, desk, issueOrder, ports, tipOrder } from '#test/unit/ledger/world.ts'

/** Appends to the ledger in `argv[2]` until it is killed; says each acknowledged index and leaf hash on a line of its own. */
const log = createCommunityLog({
  ...ports,
  file: process.argv[2] ?? '',
  signer: desk,
  asset,
  clock: { nowMs: () => Date.now() },
})
for (let seq = log.size(); ; seq++) {
  const made = seq === 0 ? issueOrder(1, 1_000_000_000n) : tipOrder(seq, BigInt((seq % 97) + 1))
  const done = seq === 0 ? log.issue(made.envelope, made.id) : log.tip(made.envelope, made.id, BAND)
  if (!done.ok) throw new Error(done.error.message)
  writeSync(
    1,
    `${done.value.index} ${Buffer.from(done.value.leafHash).toString('hex')} ${JSON.stringify(log.checkpoint())}\n`,
  )
}
