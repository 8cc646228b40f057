import type { Cue } from '#protocols/catalog/v1/captions.ts'

/** Words in step with the music: a read model over the newest `catalog/captions`. */
export interface CaptionsView {
  /** Languages in which a track of a release has words, as its own community gave them; by track. */
  languages(release: string, community: Uint8Array): ReadonlyMap<number, readonly string[]>
  /** Null where there are none. */
  cues(release: string, community: Uint8Array, track: number, language: string): readonly Cue[] | null
}
