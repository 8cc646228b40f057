import { decodeEvidence, type Evidence } from '#protocols/ledger/v1/evidence.ts'

type NameOf = (community: Uint8Array) => string

const WORDS: {
  readonly [K in Evidence['kind']]: (evidence: Extract<Evidence, { kind: K }>, nameOf: NameOf) => string
} = {
  fork: ({ community }, nameOf) =>
    `${nameOf(community)} signed two different histories of its log. What it says about money cannot be relied on.`,
  'double-cosign': ({ seat, community }, nameOf) =>
    `${nameOf(seat)}, an auditor, confirmed two different histories of the log of ${nameOf(community)}. It does not count as an auditor any more.`,
  'invalid-transition': ({ community }, nameOf) =>
    `${nameOf(community)} signed entries that break the rules of its own log.`,
  'broken-promise': ({ community }, nameOf) =>
    `${nameOf(community)} promised a receipt and then left it out of its log.`,
}

/** What a piece of evidence shows, in a sentence. */
export function saidOf(bytes: Uint8Array, nameOf: NameOf): { readonly kind: string; readonly said: string } {
  const evidence = decodeEvidence(bytes)
  if (!evidence.ok) return { kind: 'unknown', said: 'A newer version can read this piece of evidence.' }
  const say = WORDS[evidence.value.kind] as (evidence: Evidence, nameOf: NameOf) => string
  return { kind: evidence.value.kind, said: say(evidence.value, nameOf) }
}
