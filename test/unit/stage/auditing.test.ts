import { describe, expect, it } from 'vitest'
import type { Auditor, LogCopies, OwnLog, Registry } from '#node/ports/ledger.ts'
import type { Follows } from '#node/ports/views.ts'
import { createAuditing } from '#node/stage/auditing.ts'
import { selfCertified } from '#src/ledger/committee/committee-for.ts'

const [own, member, late] = [1, 2, 3].map(byte => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array]
const JOINED = new Map([
  [member, 1],
  [late, 2],
])

/** A stage that knows the charter of epoch 1, with four seats for whoever asks. */
const auditing = () =>
  createAuditing({
    own,
    ledger: {} as OwnLog,
    copies: {} as LogCopies,
    auditor: {} as Auditor,
    registry: {
      epoch: () => 1,
      joined: community => JOINED.get(community) ?? null,
      committee: (_, epoch) => (epoch === 0 ? selfCertified(0) : { epoch, seats: [], total: 4, quorum: 3 }),
      history: () => [],
    } as Partial<Registry> as Registry,
    follows: {} as Follows,
    nameOf: () => 'Park',
  })

describe('the committee that is shown beside a log', () => {
  it('is the one of the epoch in force for a member of the federation', () => {
    expect(auditing().committee(member, '')).toMatchObject({ epoch: 1, total: 4, quorum: 3 })
  })

  it('is none for a community that the charter does not name, or not yet', () => {
    for (const community of [own, late])
      expect(auditing().committee(community, '')).toMatchObject({ epoch: 0, total: 1 })
  })
})
