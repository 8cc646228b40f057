import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { CompiledAgreement, SettledAccount, Standing } from '../rules.ts'
import { agreementKey, familyKey, releaseKey } from './keys.ts'
import type { Agreement, Family, Release } from './records.ts'
import { Refusal, refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { agreementCodec, familyCodec, releaseCodec } from './values.ts'
import type { World } from './world.ts'

type PartyStanding = ReturnType<Standing>

/** An agreement's places in the state, and its terms as the rules read them. */
export interface AgreementSlot {
  readonly hash: Uint8Array
  readonly hex: string
  readonly cell: Cell<Agreement>
  readonly compiled: CompiledAgreement
  readonly family: Cell<Family>
  /** Null for one that is only nested in others. */
  readonly release: Cell<Release> | null
  /** Whether the terms count, as of this value. */
  agreed: { readonly record: Agreement; readonly value: boolean } | null
  /** Standings as of these two values. */
  cache: { agreement: Agreement | undefined; family: Family | undefined; standings: Map<string, PartyStanding> } | null
}

export const NO_FAMILY: Family = { disputed: [], settled: [] }

export const familyCell = (world: World, first: Uint8Array): Cell<Family> =>
  world.families.ensure(first, key => world.state.cell(familyKey(toText(key, 'base16')), familyCodec))

/** Reads terms through the rules; their refusal is the entry's. */
export function compile(world: World, terms: Uint8Array): CompiledAgreement {
  const compiled = world.rules.compile(terms)
  if (!compiled.ok) throw new Refusal(compiled.error.code, compiled.error.message)
  return compiled.value
}

export function ensureSlot(world: World, compiled: CompiledAgreement): AgreementSlot {
  return world.agreements.ensure(compiled.hash, hash => {
    const hex = toText(hash, 'base16')
    const { subject } = compiled
    return {
      hash,
      hex,
      cell: world.state.cell(agreementKey(hex), agreementCodec),
      compiled,
      family: familyCell(world, compiled.first),
      release: subject === null ? null : world.state.cell(releaseKey(subject), releaseCodec),
      agreed: null,
      cache: null,
    }
  })
}

export function slotOf(world: Pick<World, 'agreements'>, hash: Uint8Array): AgreementSlot {
  const slot = world.agreements.get(hash)
  return slot?.cell.value === undefined
    ? refuse('unknown-agreement', 'this log knows no agreement with that hash; propose it first')
    : slot
}

type Known = Pick<World, 'agreements' | 'rules'>

/** Parties whose signature an amendment needs. */
export function mustSign({ agreements, rules }: Known, compiled: CompiledAgreement): readonly string[] {
  if (compiled.previous === null) return []
  const answer = rules.checkAmendment(slotOf({ agreements }, compiled.previous).compiled, compiled)
  if (!answer.ok) throw new Refusal(answer.error.code, answer.error.message)
  return answer.value
}

/**
 * Whether terms count: first ones by themselves, an amendment once the community stands by it and everybody signed whom it
 * affects. Until then it shares the name of what it would amend, and must touch nothing that is kept under that name.
 */
export function isAgreed(world: Known, slot: AgreementSlot): boolean {
  const record = slot.cell.value
  if (record === undefined) return false
  if (slot.compiled.previous === null) return true
  if (!record.adopted) return false
  if (slot.agreed?.record !== record) {
    const keyed = new Set(slot.compiled.parties.filter(({ key }) => key !== null).map(({ id }) => id))
    const value = mustSign(world, slot.compiled).every(name => !keyed.has(name) || record.signed.includes(name))
    slot.agreed = { record, value }
  }
  return slot.agreed.value
}

function readStandings(slot: AgreementSlot): Map<string, PartyStanding> {
  const { value: agreement } = slot.cell
  const { value: family = NO_FAMILY } = slot.family
  const standings = new Map<string, PartyStanding>()
  for (const { id, key } of slot.compiled.parties) {
    const active = key === null ? family.settled.some(([party]) => party === id) : agreement?.signed.includes(id)
    standings.set(id, family.disputed.includes(id) ? 'disputed' : active === true ? 'active' : 'unsigned')
  }
  slot.cache = { agreement, family: slot.family.value, standings }
  return standings
}

export function standingIn(slot: AgreementSlot, party: string): PartyStanding {
  const { cache } = slot
  const fresh = cache !== null && cache.agreement === slot.cell.value && cache.family === slot.family.value
  return (fresh ? cache.standings : readStandings(slot)).get(party) ?? 'unsigned'
}

/** What the rules ask about parties and nested agreements. */
export interface Registry {
  readonly standing: Standing
  readonly account: SettledAccount
  readonly nested: (hash: Uint8Array) => CompiledAgreement | null
}

export function createRegistry(world: Known): Registry {
  const known = (hash: Uint8Array): AgreementSlot | null => {
    const slot = world.agreements.get(hash)
    return slot?.cell.value === undefined ? null : slot
  }
  return {
    standing: (hash, party) => {
      const slot = known(hash)
      return slot === null ? 'unsigned' : standingIn(slot, party)
    },
    account: (hash, party) => known(hash)?.family.value?.settled.find(([settled]) => settled === party)?.[1] ?? null,
    nested: hash => {
      const slot = known(hash)
      return slot !== null && isAgreed(world, slot) ? slot.compiled : null
    },
  }
}

/** The version that binds in a period: the last of those whose period has come. */
export function versionIn(release: Release | undefined, period: string): Uint8Array | null {
  if (release === undefined) return null
  for (let i = release.length - 1; i >= 0; i--) {
    const version = release[i] as Release[number]
    if (version.from <= period) return version.agreement
  }
  return null
}

export function isInForce(world: Known, slot: AgreementSlot, period: string): boolean {
  if (slot.release === null) return isAgreed(world, slot) && (slot.compiled.from ?? '') <= period
  const version = versionIn(slot.release.value, period)
  return version !== null && equals(version, slot.hash)
}
