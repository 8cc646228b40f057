/** Deterministic random numbers (mulberry32), so that a failing run can be run again from its seed. */
export function seeded(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number): number => Math.floor(next() * below)
  return {
    next,
    int,
    pick: <T>(items: readonly T[]): T => items[int(items.length)] as T,
    bytes: (length: number): Uint8Array => {
      const out = new Uint8Array(length)
      for (let i = 0; i < length; i++) out[i] = int(256)
      return out
    },
  }
}

export type Seeded = ReturnType<typeof seeded>

/** One of the ways in which bytes go wrong: flipped, cut, repeated, grown, swapped, or spliced with others. */
export function mutate(random: Seeded, bytes: Uint8Array, others: readonly Uint8Array[] = []): Uint8Array {
  const out = Uint8Array.from(bytes)
  const at = random.int(Math.max(1, out.length))
  switch (random.int(8)) {
    case 0:
      if (out.length > 0) out[at] = random.int(256)
      return out
    case 1:
      if (out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << random.int(8))
      return out
    case 2:
      return out.slice(0, at)
    case 3:
      return joined(out, random.bytes(random.int(64)))
    case 4:
      return joined(out.subarray(0, at), random.bytes(1 + random.int(8)), out.subarray(at))
    case 5: {
      // Lengths and counts live in heads: push one to its largest.
      out.fill(0xff, at, Math.min(out.length, at + 1 + random.int(9)))
      return out
    }
    case 6: {
      const other = others.length > 0 ? random.pick(others) : out
      return joined(out.subarray(0, at), other.subarray(random.int(Math.max(1, other.length))))
    }
    default:
      return random.bytes(random.int(200))
  }
}

/** Millions of frames are made this way in one run: copying by parts is ten times as fast as by iteration. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
