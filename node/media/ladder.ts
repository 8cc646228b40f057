import { OPUS_LADDER_BPS, PLAIN_BPS, PLAIN_BPS_MIN } from './constants.ts'

export interface SourceSound {
  readonly codec: string
  readonly lossless: boolean
  /** Average; `null` when the file does not say. */
  readonly bitsPerSecond: number | null
}

const LOSSLESS = /^(?:pcm_|flac$|alac$|wavpack$|ape$|tta$|truehd$|mlp$)/

export const isLossless = (codec: string): boolean => LOSSLESS.test(codec)

/** Bitrates worth making: none above a lossy source's own, since that spends listeners' data on nothing. Always one. */
export function rungsFor(source: SourceSound): number[] {
  const [lowest, ...higher] = OPUS_LADDER_BPS
  const cap = source.lossless ? null : source.bitsPerSecond
  return [lowest, ...higher.filter(rung => cap === null || rung <= cap)]
}

/** Bitrate of the plain file, by the same rule. */
export function plainBitrate(source: SourceSound): number {
  if (source.lossless || source.bitsPerSecond === null) return PLAIN_BPS
  // Encoders take whole steps of 16 kbit/s.
  const step = Math.ceil(source.bitsPerSecond / 16_000) * 16_000
  return Math.min(PLAIN_BPS, Math.max(PLAIN_BPS_MIN, step))
}
