import { StageError } from '#node/errors.ts'
import type { NewPart } from '#node/ports/parts.ts'
import { type GuestPart, type PartsManifest, type PartVersion, urlOf } from '#protocols/parts/v1/codec.ts'
import { CAPABILITIES, PART_HISTORY_MAX, PARTS_MAX } from '#protocols/parts/v1/constants.ts'

/** What a change leads to, before it is numbered and signed. */
type Changed = Pick<PartsManifest, 'guests' | 'off'>

const byTag = (a: GuestPart, b: GuestPart): number => (a.tag < b.tag ? -1 : 1)

const versionOf = ({ version, title, url, integrity, bytes, place, capabilities }: PartVersion): PartVersion => ({
  version,
  title,
  url,
  integrity,
  bytes,
  place,
  capabilities,
})

function find({ guests }: Changed, tag: string): GuestPart {
  const part = guests.find(guest => guest.tag === tag)
  if (part === undefined) throw new StageError('not-found', `There is no part called "${tag}" here.`)
  return part
}

const replaced = (now: Changed, part: GuestPart): Changed => ({
  guests: [...now.guests.filter(guest => guest.tag !== part.tag), part].sort(byTag),
  off: now.off,
})

/** A first or next version. The same script again, with the same grants, is a conflict: nothing would change. */
export function put(now: Changed, part: NewPart, integrity: string): Changed {
  const { tag, version, title, place } = part
  const before = now.guests.find(guest => guest.tag === tag)
  if (before === undefined && now.guests.length >= PARTS_MAX)
    throw new StageError('conflict', `A page has room for ${PARTS_MAX} parts. Remove one first.`)
  const capabilities = CAPABILITIES.filter(name => part.capabilities.includes(name)).sort()
  const next = { version, title, url: urlOf(tag, integrity), integrity, bytes: part.code.length, place, capabilities }
  if (before !== undefined && JSON.stringify(versionOf(before)) === JSON.stringify(next))
    throw new StageError('conflict', `This version of "${tag}" is the one that is shown already.`)
  const history = before === undefined ? [] : [versionOf(before), ...before.history].slice(0, PART_HISTORY_MAX)
  return replaced(now, { ...next, tag, on: before?.on ?? true, history })
}

/** The newest earlier version takes over; what was shown is dropped, so that the next rollback goes one further back. */
export function rollback(now: Changed, tag: string): Changed {
  const part = find(now, tag)
  const [earlier, ...history] = part.history
  if (earlier === undefined) throw new StageError('conflict', `There is no earlier version of "${tag}" to go back to.`)
  return replaced(now, { ...earlier, tag, on: part.on, history })
}

export function switchGuest(now: Changed, tag: string, on: boolean): Changed {
  return replaced(now, { ...find(now, tag), on })
}

export function switchOwn(now: Changed, name: string, on: boolean): Changed {
  const others = now.off.filter(tag => tag !== name)
  return { guests: now.guests, off: on ? others : [...others, name].sort() }
}

export function remove(now: Changed, tag: string): Changed {
  find(now, tag)
  return { guests: now.guests.filter(guest => guest.tag !== tag), off: now.off }
}

/** Integrities of every script that a manifest names, earlier versions among them. */
export const integrities = ({ guests }: Changed): Set<string> =>
  new Set(guests.flatMap(guest => [guest, ...guest.history]).map(version => version.integrity))
