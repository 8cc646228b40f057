import type { Loudness } from '#protocols/catalog/v1/codec.ts'
import { runChild } from './child.ts'
import { CUT_OFF_MS, CUT_OFF_SHARE, DURATION_MS_MAX, RUN_MS_MAX, WAVEFORM_HZ } from './constants.ts'
import type { Ffmpeg } from './detect.ts'
import { inputArgs, unreadable } from './probe.ts'
import { WaveformBuilder } from './waveform.ts'

export interface Analysis {
  readonly durationMs: number
  readonly loudness: Loudness | null
  readonly waveform: Uint8Array
}

/** Bounds of the wire's `Loudness`: digital silence measures minus infinity. */
const CENTI_MIN = -20_000
const CENTI_MAX = 5_000

function figure(summary: string, label: string): number | null {
  const text = new RegExp(`^\\s*${label}:\\s+(-?(?:inf|[0-9.]+)) (?:LUFS|LU|dBFS)`, 'm').exec(summary)?.[1]
  if (text === undefined) return null
  const value = text === '-inf' ? CENTI_MIN : Math.round(Number(text) * 100)
  return Number.isFinite(value) ? Math.min(CENTI_MAX, Math.max(CENTI_MIN, value)) : null
}

/** Reads the closing summary of ffmpeg's `ebur128` filter (EBU R128, ITU-R BS.1770), which has a tenth's precision. */
export function parseLoudness(stderr: string): Loudness | null {
  const start = stderr.lastIndexOf('Integrated loudness:')
  if (start < 0) return null
  const summary = stderr.slice(start)
  const [integrated, peak, range] = ['I', 'Peak', 'LRA'].map(label => figure(summary, label))
  if (integrated == null || peak == null || range == null) return null
  return { integratedCentiLufs: Math.min(2_000, integrated), truePeakCentiDb: peak, rangeCentiLu: Math.max(0, range) }
}

/**
 * Decodes the whole sound once: loudness, peaks, and the length that is really there. Throws 'media-unreadable' when
 * nothing decodes, or when the file ends well before its own header says.
 */
export async function analyse(
  tools: Ffmpeg,
  source: { file: string; shown: string; declaredMs: number | null },
  signal: AbortSignal,
  onMs: (decodedMs: number) => void,
): Promise<Analysis> {
  const peaks = new WaveformBuilder()
  const graph = `[0:a:0]asplit=2[l][w];[l]ebur128=peak=true:framelog=verbose[lo];[w]aresample=${WAVEFORM_HZ}[wo]`
  const limit = ['-t', String(DURATION_MS_MAX / 1000)]
  const end = await runChild({
    command: tools.ffmpeg,
    args: [
      ...['-hide_banner', '-nostdin', '-nostats', '-v', 'info', ...inputArgs(source.file), '-filter_complex', graph],
      ...['-map', '[lo]', ...limit, '-f', 'null', '-'],
      ...['-map', '[wo]', ...limit, '-ac', '1', '-f', 's16le', 'pipe:1'],
    ],
    signal,
    totalMs: RUN_MS_MAX,
    onStdout: chunk => {
      peaks.push(chunk)
      onMs((peaks.samples * 1000) / WAVEFORM_HZ)
    },
  })
  if (end.cut !== null || end.code !== 0 || peaks.samples < WAVEFORM_HZ / 100)
    throw unreadable(source.shown, 'has no sound that can be decoded: it may be damaged. Export it again and retry.')
  const durationMs = Math.round((peaks.samples * 1000) / WAVEFORM_HZ)
  if (durationMs >= DURATION_MS_MAX)
    throw unreadable(source.shown, 'is longer than 12 hours: split it into several tracks.')
  const { declaredMs } = source
  if (declaredMs !== null && durationMs < declaredMs * (1 - CUT_OFF_SHARE) - CUT_OFF_MS)
    throw unreadable(
      source.shown,
      `is cut off: it says ${Math.round(declaredMs / 1000)} seconds and holds ${Math.round(durationMs / 1000)}. Copy or upload it again.`,
    )
  return { durationMs, loudness: parseLoudness(end.stderr), waveform: peaks.finish() }
}
