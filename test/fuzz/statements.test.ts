import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeFile, encodeFile, type FilePart, PART_KINDS } from '#protocols/ledger/v1/bundle-file.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { ADA, bundleOf } from '#test/support/bundles.ts'
import { mutate, seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { busyMonth, ports } from '#test/support/statement-world.ts'

const FRAMES = Math.ceil(howMany('FUZZ_FRAMES', { full: 100_000, share: 20_000 }) / 50)
const SEED = seedOf('FUZZ_SEED')

const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)
const file = bundleOf(busyMonth(), ADA)
const read = decodeFile(sha256, file)
const parts: readonly FilePart[] = read.ok ? read.value : []

const sameParts = (a: readonly FilePart[]): boolean =>
  a.length === parts.length && Buffer.compare(encodeFile(sha256, a), file) === 0

describe(`statement bundles under ${FRAMES} mutations each (FUZZ_SEED=${SEED})`, () => {
  it('a mutated file is refused with a part and a sentence, and throws nothing', () => {
    const random = seeded(SEED)
    for (let i = 0; i < FRAMES; i++) {
      const frame = mutate(random, file, [file, ...parts.map(part => part.bytes)])
      const judged = verifyBundle(ports, frame)
      if (Buffer.compare(frame, file) === 0) continue
      expect(judged.ok).toBe(false)
      if (!judged.ok) expect(judged.error.part.length * judged.error.message.length).toBeGreaterThan(0)
    }
  })

  it('a file whose parts were changed, dropped, doubled or renamed, and that is whole again, is refused as well', () => {
    const random = seeded(SEED + 1)
    const all = parts.map(part => part.bytes)
    for (let i = 0; i < FRAMES; i++) {
      const at = Math.floor(random.next() * parts.length)
      const changed = parts.flatMap((part, index): FilePart[] => {
        if (index !== at) return [part]
        const dice = random.next()
        // A file with fewer signatures is another whole file: it says that fewer signed.
        if (dice < 0.1) return part.kind === 'signature' ? [part] : []
        if (dice < 0.2) return [part, part]
        if (dice < 0.3) return [{ kind: random.pick([...PART_KINDS]), bytes: part.bytes }]
        return [{ kind: part.kind, bytes: mutate(random, part.bytes, all) }]
      })
      if (sameParts(changed)) continue
      const judged = verifyBundle(ports, encodeFile(sha256, changed))
      expect(judged.ok).toBe(false)
      if (!judged.ok) expect(judged.error.part.length * judged.error.message.length).toBeGreaterThan(0)
    }
  })
})
