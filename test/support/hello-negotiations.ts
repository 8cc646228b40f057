/** The part of a hello that is negotiated, as JSON. */
interface Side {
  readonly protocols: Readonly<Record<string, readonly [number, number]>>
  readonly features: readonly string[]
  readonly requires: readonly string[]
  readonly limits: Readonly<Record<string, number>>
}

export interface NegotiationVector {
  readonly name: string
  readonly sides: readonly [Side, Side]
  /** What both sides agree on, or `null`. */
  readonly agreed: {
    readonly protocols: Readonly<Record<string, number>>
    readonly features: readonly string[]
    readonly limits: Readonly<Record<string, number>>
  } | null
  readonly refusal: 'missing-feature' | 'no-common-version' | null
}

const side = (part: Partial<Side> = {}): Side => ({
  protocols: { envelope: [1, 1], sync: [1, 1] },
  features: [],
  requires: [],
  limits: {},
  ...part,
})
const both = { envelope: 1, sync: 1 }

/** Answers are the same whichever side asks. */
export const negotiations: readonly NegotiationVector[] = [
  {
    name: 'two that say the same',
    sides: [side({ requires: ['sync'] }), side({ requires: ['sync'] })],
    agreed: { protocols: both, features: [], limits: {} },
    refusal: null,
  },
  {
    name: 'the highest version in both ranges',
    sides: [side({ protocols: { sync: [1, 3] } }), side({ protocols: { sync: [2, 5] } })],
    agreed: { protocols: { sync: 3 }, features: [], limits: {} },
    refusal: null,
  },
  {
    name: 'a protocol without a common version is left out',
    sides: [
      side({ protocols: { sync: [1, 1], blocks: [1, 1] } }),
      side({ protocols: { sync: [1, 1], blocks: [2, 3] } }),
    ],
    agreed: { protocols: { sync: 1 }, features: [], limits: {} },
    refusal: null,
  },
  {
    name: 'names that one side alone knows are left out, but for limits',
    sides: [
      side({ features: ['media', 'hologram'], limits: { 'envelope-bytes': 65_535, 'gossip-bytes': 131_072 } }),
      side({ features: ['media'], limits: { 'envelope-bytes': 4_096, 'smell-bytes': 1 } }),
    ],
    agreed: {
      protocols: both,
      features: ['media'],
      limits: { 'envelope-bytes': 4_096, 'gossip-bytes': 131_072, 'smell-bytes': 1 },
    },
    refusal: null,
  },
  {
    name: 'a requirement met by a protocol',
    sides: [side({ requires: ['envelope'] }), side()],
    agreed: { protocols: both, features: [], limits: {} },
    refusal: null,
  },
  {
    name: 'a required feature that the other lacks',
    sides: [side({ features: ['hologram'], requires: ['hologram'] }), side()],
    agreed: null,
    refusal: 'missing-feature',
  },
  {
    name: 'a required protocol that the other lacks',
    sides: [side({ requires: ['sync'] }), side({ protocols: { envelope: [1, 1] } })],
    agreed: null,
    refusal: 'missing-feature',
  },
  {
    name: 'a required protocol without a common version',
    sides: [side({ protocols: { sync: [2, 2] }, requires: ['sync'] }), side()],
    agreed: null,
    refusal: 'no-common-version',
  },
  {
    name: 'both reasons to refuse: the missing feature is named',
    sides: [side({ protocols: { sync: [2, 2] }, requires: ['sync', 'hologram'] }), side()],
    agreed: null,
    refusal: 'missing-feature',
  },
]
