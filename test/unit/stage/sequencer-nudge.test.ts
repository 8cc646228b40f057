import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { AuditPeers } from '#node/ports/audit.ts'
import { createSequencer, type Sequencer } from '#node/stage/sequencer.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { selfCertified } from '#src/ledger/committee/committee-for.ts'
import { community, fan, furnish, issue, must, type OwnLog, ownLogFolders } from '#test/support/own-log-world.ts'
import { eventually } from '#test/support/stage-client.ts'

const folders = ownLogFolders()
let log: OwnLog
let sequencer: Sequencer
let finals: number[]

beforeEach(async () => {
  log = folders.open(folders.folder())
  await furnish(log)
  finals = []
  sequencer = createSequencer({
    own: community,
    log,
    registry: {
      epoch: () => 0,
      joined: () => null,
      committee: () => selfCertified(0),
      history: () => [],
      adopt: () => Promise.reject(new Error('no charter')),
      eject: async () => {},
      ejected: () => false,
      onChange: () => () => {},
    },
    peers: {} as AuditPeers,
    handovers: { of: () => [], keep: () => {} },
    hasher,
    verifier,
    clock: folders.clock,
    announce: () => {},
    certified: (_note, size, final) => final && finals.push(size),
    // Its own tick is an hour away.
    intervalMs: 3_600_000,
  })
  sequencer.start()
  // It greets nobody, and begins in the next turn.
  await new Promise(resolve => setTimeout(resolve, 5))
})
afterEach(async () => {
  await sequencer.stop()
  await folders.remove()
})

const pay = async (): Promise<number> => {
  const { envelope, id } = issue(fan.publicKey, 1n)
  return must(await log.order(envelope, id)).record.index
}
const commits = (): number =>
  log.entries(0, log.signedSize()).filter(bytes => {
    const entry = decodeEntry(bytes)
    return entry.ok && entry.value.kind === 'commit'
  }).length

describe('a sequencer that is told that somebody waits', () => {
  it('commits and certifies long before its tick', async () => {
    const index = await pay()
    expect(log.signedSize()).toBe(0)
    sequencer.nudge()
    await eventually(async () => finals.some(size => size > index), 'it is final')
  })

  it('puts what comes together under one commit', async () => {
    await Promise.all(Array.from({ length: 5 }, pay))
    for (let n = 0; n < 5; n++) sequencer.nudge()
    const size = log.size()
    await eventually(async () => log.signedSize() > size && true, 'all is signed')
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(commits()).toBe(1)
  })

  it('commits nothing after it was stopped', async () => {
    await pay()
    await sequencer.stop()
    sequencer.nudge()
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(log.signedSize()).toBe(0)
  })
})
