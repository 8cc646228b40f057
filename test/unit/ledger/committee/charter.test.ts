import { describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { type Charter, charterMessage, type SignedCharter } from '#protocols/ledger/v1/charter.ts'
import { charterHash, verifyCharter } from '#src/ledger/committee/verify-charter.ts'
import { testAuthor } from '#test/support/author.ts'

const ports = { hasher, verifier }
const authors = Array.from({ length: 8 }, (_, n) => testAuthor(n))

const charter = (count: number, change: Partial<Charter> = {}): Charter => ({
  network: 'bandstand',
  epoch: 1,
  previous: null,
  seats: 7,
  members: authors.slice(0, count).map((author, n) => ({
    community: author.publicKey,
    name: `member ${n}`,
    operator: `operator ${n}`,
    stake: 1,
    address: null,
  })),
  startsAt: 1_000,
  ...change,
})

const sign = (what: Charter, by: readonly number[]): SignedCharter => ({
  charter: what,
  signatures: by.map(n => {
    const author = authors[n] as (typeof authors)[number]
    return { key: author.publicKey, signature: author.sign(charterMessage(what)) }
  }),
})

const codeOf = (signed: SignedCharter, previous: Charter | null): string => {
  const result = verifyCharter(ports, signed, previous)
  return result.ok ? 'in force' : result.error.code
}

const first = charter(7)
const next = charter(6, { epoch: 2, previous: charterHash(hasher, first), startsAt: 2_000 })

describe('the first charter', () => {
  it('is in force when every community in it signed', () => {
    expect(codeOf(sign(first, [0, 1, 2, 3, 4, 5, 6]), null)).toBe('in force')
    expect(codeOf(sign(first, [0, 1, 2, 3, 4, 5]), null)).toBe('unsigned')
  })

  it('is spoilt by a signature that does not verify', () => {
    const signed = sign(first, [0, 1, 2, 3, 4, 5, 6])
    const broken = {
      ...signed,
      signatures: signed.signatures.map(one => ({ ...one, key: first.members[0]!.community })),
    }
    expect(codeOf(broken, null)).toBe('bad-signature')
  })

  it('is of epoch 1 and names each community once', () => {
    expect(codeOf(sign(charter(7, { epoch: 2 }), [0, 1, 2, 3, 4, 5, 6]), null)).toBe('wrong-epoch')
    const doubled = charter(7, { members: [...first.members, ...first.members.slice(0, 1)] })
    expect(codeOf(sign(doubled, [0, 1, 2, 3, 4, 5, 6]), null)).toBe('bad-members')
  })
})

describe('a later charter', () => {
  it('needs a quorum of the seats before it, and nobody else', () => {
    expect(codeOf(sign(next, [0, 1, 2, 3, 4]), first)).toBe('in force')
    expect(codeOf(sign(next, [0, 1, 2, 3]), first)).toBe('no-quorum')
    expect(codeOf(sign(next, [0, 1, 2, 3, 7]), first)).toBe('no-quorum')
  })

  it('counts a seat once, however often it signed', () => {
    expect(codeOf(sign(next, [0, 1, 2, 3, 3, 3]), first)).toBe('no-quorum')
  })

  it.each([
    ['another network', { network: 'elsewhere' }, 'wrong-network'],
    ['an epoch left out', { epoch: 3 }, 'wrong-epoch'],
    ['another charter before it', { previous: new Uint8Array(32) }, 'wrong-epoch'],
    ['a start before the one in force', { startsAt: 1_000 }, 'wrong-epoch'],
  ])('is refused with %s', (_, change, code) => {
    expect(codeOf(sign({ ...next, ...change }, [0, 1, 2, 3, 4, 5, 6]), first)).toBe(code)
  })

  it('needs everybody while the federation cannot fill four seats', () => {
    const small = charter(3)
    const grown = charter(4, { epoch: 2, previous: charterHash(hasher, small), startsAt: 2_000 })
    expect(codeOf(sign(grown, [0, 1, 2]), small)).toBe('in force')
    expect(codeOf(sign(grown, [0, 1, 3]), small)).toBe('unsigned')
  })
})
