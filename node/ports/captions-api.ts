import type * as api from '#protocols/api/v1/schemas.ts'

/** Words in step with the music. Every method throws `StageError` for a refusal. */
export interface CaptionsApi {
  captions(release: string, track: number, language: string): api.CaptionsInfo
  /** operator; an empty text takes them away. Throws 'bad-captions' with the line that cannot be read. */
  setCaptions(release: string, captions: api.SetCaptions): Promise<void>
}
