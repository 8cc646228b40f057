import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Hello, Refusal } from '#protocols/hello/v1/codec.ts'

/** The part of a hello that is negotiated, and the name that a refusal calls the stage by. */
export type Capabilities = Pick<Hello, 'software' | 'protocols' | 'features' | 'requires' | 'limits'>

/** What two stages have in common. Both compute the same from the same two hellos. */
export interface Agreement {
  /** The highest version that both speak, by protocol; protocols without one are left out. Sorted by name. */
  readonly protocols: ReadonlyMap<string, number>
  /** Features that both have, sorted. */
  readonly features: readonly string[]
  /** The lower of both limits where both name one, else the one that is named. */
  readonly limits: ReadonlyMap<string, number>
}

/** Reasons that follow from the two hellos alone: both stages find the same one. */
export type NegotiationCode = 'missing-feature' | 'no-common-version'

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Finds what two stages can do together. Names that only one of them knows are ignored, unless that one requires them:
 * then the other is refused, with a sentence that names what is missing and in which software. Both sides find the
 * same answer, whichever asks.
 */
export function negotiate(mine: Capabilities, theirs: Capabilities): Result<Agreement, Refusal> {
  const protocols = commonVersions(mine, theirs)
  const unmet = [...missing(mine, theirs, protocols), ...missing(theirs, mine, protocols)]
  const first = unmet.sort((a, b) => byName(a.code, b.code) || byName(a.message, b.message))[0]
  if (first !== undefined) return err(first)
  const features = new Set(mine.features.filter(feature => theirs.features.includes(feature)))
  return ok({ protocols, features: [...features].sort(byName), limits: lowerLimits(mine, theirs) })
}

/** A requirement is met by a feature of that name, or by a protocol of which a version was agreed. */
const missing = (asks: Capabilities, answers: Capabilities, agreed: ReadonlyMap<string, number>): Refusal[] =>
  asks.requires
    .filter(required => !answers.features.includes(required) && !agreed.has(required))
    .map(required => refusalFor(required, asks, answers))

function commonVersions(mine: Capabilities, theirs: Capabilities): Map<string, number> {
  const common = new Map<string, number>()
  for (const name of [...mine.protocols.keys()].sort(byName)) {
    const [a, b] = [mine.protocols.get(name), theirs.protocols.get(name)]
    if (a === undefined || b === undefined) continue
    const highest = Math.min(a.max, b.max)
    if (highest >= Math.max(a.min, b.min)) common.set(name, highest)
  }
  return common
}

function refusalFor(required: string, asks: Capabilities, answers: Capabilities): Refusal {
  const [wanted, spoken] = [asks.protocols.get(required), answers.protocols.get(required)]
  const [asker, answerer] = [asks.software || 'one stage', answers.software || 'the other']
  if (wanted === undefined || spoken === undefined)
    return refusal('missing-feature', `${asker} requires "${required}", which ${answerer} does not have.`)
  const speaks = `${asker} speaks versions ${wanted.min} to ${wanted.max} of "${required}"`
  return refusal(
    'no-common-version',
    `${speaks}, ${answerer} only ${spoken.min} to ${spoken.max}: update the older one.`,
  )
}

const refusal = (code: NegotiationCode, message: string): Refusal => ({ code, message })

function lowerLimits(mine: Capabilities, theirs: Capabilities): Map<string, number> {
  const names = [...new Set([...mine.limits.keys(), ...theirs.limits.keys()])].sort(byName)
  return new Map(
    names.map(name => [name, Math.min(mine.limits.get(name) ?? Infinity, theirs.limits.get(name) ?? Infinity)]),
  )
}
