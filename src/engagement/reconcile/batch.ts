import type { AuthorCursor, BatchCursor } from '#protocols/sync/v1/codec.ts'
import { BATCH_BYTES, BATCH_ITEMS_MAX } from '#protocols/sync/v1/constants.ts'
import type { EventSet } from './event-set.ts'

/** Events read at a time from one author: bounds what is read and then left out of a full batch. */
const PAGE = 256
/** Events read at a time by id: eight of the largest envelopes are one budget, so a batch that overshoots still fits a message. */
const PAGE_BY_ID = 8

export interface Batch {
  readonly events: readonly Uint8Array[]
  /** Where to go on, or `null` when everything asked for is in. */
  readonly next: BatchCursor | null
}

/** Fills one batch from authors in the order asked, each in the order of its sequence. */
export function batchOfAuthors(set: EventSet, cursors: readonly AuthorCursor[]): Batch {
  const events: Uint8Array[] = []
  let bytes = 0
  for (const [index, [author, start]] of cursors.entries()) {
    let after = start
    for (;;) {
      const page = set.byAuthor(author, after, PAGE)
      for (const event of page) {
        events.push(event)
        bytes += event.length
        if (bytes >= BATCH_BYTES || events.length === BATCH_ITEMS_MAX)
          return { events, next: [index, set.seqOf(event)] }
      }
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) break
      after = set.seqOf(last)
    }
  }
  return { events, next: null }
}

/** Fills one batch from ids in the order asked; `next` names the first id that was not looked up. */
export function batchOfIds(set: EventSet, ids: readonly Uint8Array[]): Batch {
  const events: Uint8Array[] = []
  let bytes = 0
  let index = 0
  while (index < ids.length) {
    const page = ids.slice(index, index + PAGE_BY_ID)
    const found = set.get(page)
    if (events.length + found.length > BATCH_ITEMS_MAX) break
    for (const event of found) {
      events.push(event)
      bytes += event.length
    }
    index += page.length
    if (bytes >= BATCH_BYTES) break
  }
  return { events, next: index < ids.length ? [index, 0] : null }
}
