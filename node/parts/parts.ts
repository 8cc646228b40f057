import { join } from 'node:path'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { Parts } from '#node/ports/parts.ts'
import {
  decodeSigned,
  encodeManifest,
  encodeSigned,
  type PartsManifest,
  partsMessage,
} from '#protocols/parts/v1/codec.ts'
import { PART_CODE_BYTES_MAX } from '#protocols/parts/v1/constants.ts'
import type { Clock, Signer, Verifier } from '#src/kernel/ports.ts'
import { integrities, put, remove, rollback, switchGuest, switchOwn } from './change.ts'
import { integrityOf, openPartFolder } from './part-folder.ts'

export interface PartsInit {
  readonly dataDir: string
  readonly own: Uint8Array
  readonly signer: Signer
  readonly verifier: Verifier
  readonly clock: Clock
  /** Parts of the page itself. */
  readonly ownParts: readonly string[]
  /** A sentence about a manifest that could not be used. */
  readonly warn: (sentence: string) => void
}

/** Without these there is no page to mend the page from. */
const ALWAYS_ON = ['feed', 'desk', 'welcome']

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The script stands within a document of its own: it must be text, and must not end its element. */
function checkCode(code: Uint8Array): void {
  if (code.length === 0 || code.length > PART_CODE_BYTES_MAX)
    throw new StageError('too-large', `A part's script has 1 to ${PART_CODE_BYTES_MAX / 1_024} KiB.`, { path: 'code' })
  let text: string
  try {
    text = decoder.decode(code)
  } catch (cause) {
    throw new StageError('bad-request', 'The script is not UTF-8 text.', { path: 'code', cause })
  }
  if (/<\/script|<!--/i.test(text) || text.includes('\0'))
    throw new StageError(
      'bad-request',
      'The script contains "</script" or "<!--". Write it with an escape, such as "<\\/script".',
      {
        path: 'code',
      },
    )
}

/** Opens the parts of a stage. A manifest that is damaged or not signed by this community counts for nothing, and stays on the disk. */
export async function openParts(init: PartsInit): Promise<Parts> {
  const folder = openPartFolder(join(init.dataDir, 'parts'))
  const listeners = new Set<(manifest: PartsManifest) => void>()
  let now = await readManifest(init, await folder.readManifest())
  await folder.sweep(integrities(now))
  let tail: Promise<unknown> = Promise.resolve()

  /** One change after the other; each is on the disk before it is shown. */
  const change = (
    work: (before: PartsManifest) => Promise<Pick<PartsManifest, 'guests' | 'off'>>,
  ): Promise<PartsManifest> => {
    const done = tail.then(async () => {
      const changed = await work(now)
      const next = { ...now, ...changed, seq: now.seq + 1, at: init.clock.nowMs() }
      const bytes = encodeManifest(next)
      await folder.writeManifest(encodeSigned(bytes, await init.signer.sign(partsMessage(bytes))))
      now = next
      await folder.sweep(integrities(now)).catch(() => {})
      for (const listener of listeners) listener(now)
      return now
    })
    tail = done.catch(() => {})
    return done
  }
  const isOwn = (tag: string): boolean => init.ownParts.includes(tag)

  return {
    manifest: () => now,
    async put(part) {
      if (isOwn(part.tag))
        throw new StageError('conflict', `"${part.tag}" is the name of a part of the page itself.`, { path: 'tag' })
      checkCode(part.code)
      const integrity = integrityOf(part.code)
      return change(async before => {
        const changed = put(before, part, integrity)
        await folder.writeCode(integrity, part.code)
        return changed
      })
    },
    rollback: tag => change(async before => rollback(before, tag)),
    switch: (tag, on) =>
      change(async before => {
        if (!isOwn(tag)) return switchGuest(before, tag, on)
        if (ALWAYS_ON.includes(tag))
          throw new StageError('conflict', `"${tag}" stays: without it the page could not be mended.`)
        return switchOwn(before, tag, on)
      }),
    remove: tag => change(async before => remove(before, tag)),
    async code(tag, integrity) {
      const named = now.guests.find(guest => guest.tag === tag)
      return named?.integrity === integrity ? folder.readCode(integrity) : null
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

async function readManifest(init: PartsInit, data: Uint8Array | null): Promise<PartsManifest> {
  const none: PartsManifest = { community: init.own, seq: 0, at: 0, guests: [], off: [] }
  if (data === null) return none
  const read = decodeSigned(data)
  const good =
    read.ok &&
    equals(read.value.manifest.community, init.own) &&
    (await init.verifier.verify(init.own, read.value.message, read.value.signature))
  if (good) return read.value.manifest
  init.warn('The manifest of parts is damaged or not signed by this community. The page is shown without guest parts.')
  return none
}
