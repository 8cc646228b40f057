import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeFile, encodeFile, type FilePart, partName } from '#protocols/ledger/v1/bundle-file.ts'
import { parseSubject } from '#src/royalties/statements/subject.ts'
import { type BundleVerdict, verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { ADA, bundleOf } from '#test/support/bundles.ts'
import { ada, busyMonth, ports } from '#test/support/statement-world.ts'

const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)

function verdict(file: Uint8Array): BundleVerdict {
  const judged = verifyBundle(ports, file)
  if (!judged.ok) throw new Error(`${judged.error.part}: ${judged.error.message}`)
  return judged.value
}

const world = busyMonth()
const file = bundleOf(world, ADA)

/** The same file with one part replaced and the table of contents made to fit: what a forger would send. */
function forged(change: (part: FilePart, ordinal: number) => Uint8Array): Uint8Array {
  const parts = decodeFile(sha256, file)
  if (!parts.ok) throw new Error(parts.error.message)
  return encodeFile(
    sha256,
    parts.value.map((part, ordinal) => ({ kind: part.kind, bytes: change(part, ordinal) })),
  )
}

/** Both ends and every eleventh byte between: all of them were tried once, which takes a quarter of a minute. */
const positions = (length: number): number[] =>
  Array.from({ length }, (_, at) => at).filter(at => at < 3 || at >= length - 3 || at % 11 === 0)

describe('a statement bundle', () => {
  test('verifies from its bytes alone, and says what it proves', () => {
    const { statements, certification, steps, subject } = verdict(file)
    expect(subject).toBe(parseSubject(subject) === null ? '' : `acct:${toText(ada.publicKey, 'base16')}`)
    expect(certification.self).toBe(true)
    expect(statements).toHaveLength(2)
    expect(statements[1]?.opening).toBe(statements[0]?.closing)
    expect(statements.at(-1)?.closing).toBe(
      world.machine.balance(`acct:${toText(ada.publicKey, 'base16')}`, statements[0]?.asset ?? ''),
    )
    expect(steps.map(step => step.said).join('\n')).toMatchInlineSnapshot(`
      "The community signed a log of 21 entries
      The community alone signed this log: it is self-certified
      2 period-closes stand in the signed log
      Statement of account 5d79e262…: 4.99 TEST at the end
      Statement of account 5d79e262…: 5.24 TEST at the end
      Behind 9 lines stand entries of the log (9), each as its payer or party signed it
      The terms of “Two Songs” are those that the receipts name, and 2 of 3 parties signed them
      8 divisions computed again from the signed terms"
    `)
  })

  test('every changed byte is refused with the name of the part that holds it', () => {
    const parts = new Set<string>()
    for (let at = 0; at < file.length; at++) {
      const bad = file.slice()
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8))
      const judged = verifyBundle(ports, bad)
      if (judged.ok) throw new Error(`byte ${at} may be changed unseen`)
      parts.add(judged.error.part)
    }
    expect(parts).toContain('line 7')
    expect(parts).toContain('terms of agreement 1')
    expect(parts).toContain('the proof and the signed checkpoint')
    expect(parts).toContain('statement 1')
  })

  test('every changed byte is refused also when the table of contents was made to fit it', () => {
    const parts = decodeFile(sha256, file)
    if (!parts.ok) throw new Error(parts.error.message)
    const named = new Map<string, Set<string>>()
    const seen = new Map<string, number>()
    for (const [which, part] of parts.value.entries()) {
      const ordinal = seen.get(part.kind) ?? 0
      seen.set(part.kind, ordinal + 1)
      for (const at of positions(part.bytes.length)) {
        const bad = forged((one, index) => {
          if (index !== which) return one.bytes
          const bytes = one.bytes.slice()
          bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
          return bytes
        })
        const judged = verifyBundle(ports, bad)
        const name = partName(part.kind, ordinal)
        if (judged.ok) throw new Error(`byte ${at} of ${name} may be changed unseen`)
        named.set(name, (named.get(name) ?? new Set()).add(judged.error.part))
      }
    }
    // What signatures and hashes can place is placed by them alone.
    expect([...(named.get('terms of agreement 1') ?? [])]).toEqual(['terms of agreement 1'])
    expect([...(named.get('signature on an agreement, number 1') ?? [])]).toEqual([
      'signature on an agreement, number 1',
    ])
    expect([...(named.get('statement 1') ?? [])]).toEqual(['statement 1'])
  })
})
