import { describe, expect, it } from 'vitest'
import type { PeerRecord } from '#node/ports/network.ts'
import { createSeatsSpeak } from '#node/stage/value/seats-speak.ts'
import { seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { quorumOf, selfCertified } from '#src/ledger/committee/committee-for.ts'
import { signerOf } from '#test/support/own-log-world.ts'

const seats = ['one', 'two', 'three', 'four'].map(name => signerOf(name).publicKey)
const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex')
const committee = {
  epoch: 1,
  total: 4,
  quorum: quorumOf(4),
  seats: seats.map(key => ({ name: seatNameOf(key), key, operator: '', weight: 1 })),
}
const peer = (key: Uint8Array, protocols: Record<string, string>): PeerRecord =>
  ({ peerId: hexOf(key), refused: null, protocols }) as unknown as PeerRecord

/** Whether entries of value may be written, with these stages connected. */
const judge = (peers: readonly PeerRecord[], { alone = false, begun = false } = {}): string => {
  const speak = createSeatsSpeak({
    own: signerOf('us').publicKey,
    ledger: { peers: () => (begun ? seats.slice(0, 1) : []) },
    registry: {
      epoch: () => 1,
      joined: () => (alone ? null : 1),
      committee: (_key, epoch) => (epoch === 0 ? selfCertified(0) : committee),
    },
    network: { peers: () => [...peers] },
    keyOf: text => Buffer.from(text, 'hex'),
  })()
  return speak.ok ? 'yes' : speak.error.code
}

const speaking = seats.map(key => peer(key, { value: '1' }))
const old = peer(seats[3] as Uint8Array, {})

describe('entries that an older auditor cannot read', () => {
  it('are written once a quorum is known to read them, and none that is connected cannot', () => {
    expect(judge(speaking)).toBe('yes')
    expect(judge(speaking.slice(0, 3))).toBe('yes')
    expect(judge(speaking.slice(0, 2))).toBe('seats-too-old')
    expect(judge([...speaking.slice(0, 3), old])).toBe('seats-too-old')
  })

  it('are no question for a log that nobody audits, or that has some already', () => {
    expect(judge([], { alone: true })).toBe('yes')
    expect(judge([], { begun: true })).toBe('yes')
  })
})
