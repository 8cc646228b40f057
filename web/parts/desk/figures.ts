import { formatBytes, plural, t } from '#web/kit/mod.ts'
import type { Looked, SectionName } from './health.ts'

/** One number that says most about a section, and where it comes from. */
export interface Figure {
  readonly text: string
  readonly from: string
}

/** Null: there is nothing to count, or it could not be read. */
export const FIGURES: Readonly<Record<SectionName, (looked: Looked) => Figure | null>> = {
  people: ({ moderation }) =>
    moderation === null
      ? null
      : {
          text: plural(moderation.speakers.length, 'person spoke here lately', 'people spoke here lately'),
          from: t`Counted from the signed events of your rooms: the last 30 keys that said something.`,
        },
  moderation: ({ moderation }) =>
    moderation === null
      ? null
      : {
          text: t`${moderation.reports.length + moderation.appeals.length} waiting`,
          from: t`Counted from the signed reports without a decision, and the appeals without an answer.`,
        },
  storage: ({ storage }) => {
    if (storage === null) return null
    const used = formatBytes(storage.ownBytes + storage.cachedBytes)
    const free = formatBytes(storage.diskFreeBytes)
    return {
      text: t`${used} of music, ${free} free`,
      from: t`Added up from the index of blocks on this disk; what is free, the operating system says.`,
    }
  },
  peers: ({ peers }) =>
    peers === null
      ? null
      : {
          text: plural(peers.length, 'stage connected', 'stages connected'),
          from: t`Counted from the open connections of this stage.`,
        },
  money: ({ federation }) =>
    federation === null
      ? null
      : {
          text: plural(federation.log.size, 'entry in the log', 'entries in the log'),
          from: t`The size of the community’s own log, as its newest head says.`,
        },
  stage: ({ stage }) => ({
    text: stage.public ? t`open to the network` : t`this machine only`,
    from: t`How the stage was started: with --public or without.`,
  }),
}
