import { readFileSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { StageError } from '#node/errors.ts'

/** Addresses kept for one stage: interfaces and transports, newest first; older ones are the first to go stale. */
const ADDRESSES_MAX = 16
/** Stages in the book: far more than anybody follows, few enough to write at once. */
const STAGES_MAX = 1_024
/** A full book is about 2 MB; a longer file is not ours. */
const FILE_BYTES_MAX = 8_388_608

const bookSchema = z.object({
  version: z.literal(1),
  stages: z
    .array(z.object({ peerId: z.string(), followed: z.boolean(), addresses: z.array(z.string()).max(ADDRESSES_MAX) }))
    .max(STAGES_MAX),
})

export interface KnownStage {
  readonly peerId: string
  /** Worth dialling again and again. */
  readonly followed: boolean
  /** Multiaddrs without the peer id, the most recently proven first. */
  readonly addresses: readonly string[]
}

/**
 * Where stages were last seen. libp2p's own peer store forgets addresses after an hour, which would lose a followed
 * stage that was off for a night.
 */
export interface AddressBook {
  get(peerId: string): KnownStage | undefined
  followed(): KnownStage[]
  /** Puts addresses in front of those that are known. Ones that are no multiaddr are dropped. */
  record(peerId: string, addresses: readonly string[]): void
  follow(peerId: string, addresses?: readonly string[]): void
  /** Forgets the stage altogether. */
  unfollow(peerId: string): void
  /** Resolves once everything so far is on disk. Throws `StageError` 'disk-full' or 'data-folder-unusable'. */
  flush(): Promise<void>
}

/** Reads the book from `file`. A damaged book is set aside and replaced by an empty one: addresses can be learnt again. */
export async function openAddressBook(file: string): Promise<AddressBook> {
  const stages = await load(file)
  let dirty = false
  let writing: Promise<void> = Promise.resolve()

  const save = (): void => {
    if (dirty) return
    dirty = true
    writing = writing
      .catch(() => {})
      .then(() => {
        dirty = false
        return write(file, [...stages.values()])
      })
    // Whoever flushes hears of it; until then memory is right and the next change tries again.
    writing.catch(() => {})
  }

  const put = (stage: KnownStage): void => {
    const before = stages.get(stage.peerId)
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(stage)) return
    stages.delete(stage.peerId)
    stages.set(stage.peerId, stage)
    if (stages.size > STAGES_MAX) evict()
    save()
  }

  /** The stage seen longest ago that nobody follows; failing that, the one seen longest ago. */
  const evict = (): void => {
    const victim = [...stages.values()].find(({ followed }) => !followed) ?? stages.values().next().value
    if (victim !== undefined) stages.delete(victim.peerId)
  }

  const merge = (peerId: string, addresses: readonly string[], followed: boolean | undefined): void => {
    const known = stages.get(peerId)
    const all = new Set([...addresses.flatMap(plainAddress), ...(known?.addresses ?? [])])
    put({ peerId, followed: followed ?? known?.followed ?? false, addresses: [...all].slice(0, ADDRESSES_MAX) })
  }

  return {
    get: peerId => stages.get(peerId),
    followed: () => [...stages.values()].filter(({ followed }) => followed),
    record: (peerId, addresses) => merge(peerId, addresses, undefined),
    follow: (peerId, addresses = []) => merge(peerId, addresses, true),
    unfollow: peerId => {
      if (stages.delete(peerId)) save()
    },
    flush: () => writing,
  }
}

/** Without the peer id, which the book keeps beside it. Empty for what cannot be dialled. */
function plainAddress(text: string): string[] {
  try {
    const address = multiaddr(text)
    const named = address.getComponents().at(-1)?.name === 'p2p'
    return [(named ? address.decapsulateCode(CODE_P2P) : address).toString()].filter(plain => plain !== '/')
  } catch {
    return []
  }
}

async function load(file: string): Promise<Map<string, KnownStage>> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new StageError('data-folder-unusable', `The address book ${file} could not be read.`, { cause, path: file })
  }
  try {
    if (text.length > FILE_BYTES_MAX) throw new RangeError('too long')
    const { stages } = bookSchema.parse(JSON.parse(text))
    return new Map(stages.map(stage => [stage.peerId, stage]))
  } catch {
    await rename(file, `${file}.damaged`)
    return new Map()
  }
}

/** Whole and synced under another name, then renamed: a crash leaves the old book or the new one. */
async function write(file: string, stages: readonly KnownStage[]): Promise<void> {
  const temporary = `${file}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ version: 1, stages }))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw full
      ? new StageError('disk-full', 'The disk is full: the address book could not be saved.', { cause, path: file })
      : new StageError('data-folder-unusable', `The address book ${file} could not be saved.`, { cause, path: file })
  }
}
