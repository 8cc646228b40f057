import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { ffmpeg } from './ffmpeg.ts'

/** What a page plays, sample by sample; and a tone that rises evenly, in which every moment sounds like no other. */
export const HEARD_HZ = 48_000
const START_HZ = 300
/** Per second, twice: the pitch is the derivative. */
const RISE_HZ = 75

/** The sine of the tone at a time. */
const toneAt = (timeS: number): number => Math.sin(2 * Math.PI * (START_HZ * timeS + RISE_HZ * timeS * timeS))

/** The tone in two files, cut in the middle of everything: what a live album is. Bytes of WAV. */
export async function halves(dir: string, seconds: number, cutS: number): Promise<[Uint8Array, Uint8Array]> {
  const [whole, first, second] = ['whole.wav', 'first.wav', 'second.wav'].map(name => join(dir, name)) as [
    string,
    string,
    string,
  ]
  ffmpeg('-f', 'lavfi', '-i', `aevalsrc='0.5*sin(2*PI*(${START_HZ}*t+${RISE_HZ}*t*t))':s=44100:d=${seconds}`, whole)
  ffmpeg('-i', whole, '-af', `atrim=end_sample=${cutS * 44_100}`, first)
  ffmpeg('-i', whole, '-af', `atrim=start_sample=${cutS * 44_100}`, second)
  return [new Uint8Array(await readFile(first)), new Uint8Array(await readFile(second))]
}

interface Heard {
  heard: Float32Array[]
}

/** Samples that are kept at a time. */
const BLOCK = 4_096

/** Before the page opens: everything that an audio element plays is kept. */
export async function listenIn(context: BrowserContext): Promise<void> {
  await context.addInitScript(
    ({ hz, block }) => {
      const page = globalThis as unknown as Heard
      page.heard = []
      const known = new WeakSet<HTMLMediaElement>()
      let audio: AudioContext | null = null
      const play = HTMLMediaElement.prototype.play
      HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
        if (!known.has(this)) {
          known.add(this)
          audio ??= new AudioContext({ sampleRate: hz })
          // A worklet would have to come from the page's own stage.
          const recorder = audio.createScriptProcessor(block, 1, 1)
          recorder.onaudioprocess = ({ inputBuffer }) => page.heard.push(inputBuffer.getChannelData(0).slice())
          audio.createMediaElementSource(this).connect(recorder).connect(audio.destination)
        }
        return play.call(this)
      }
    },
    { hz: HEARD_HZ, block: BLOCK },
  )
}

/** What was played so far. */
export async function recording(page: Page): Promise<Float32Array> {
  const base64 = await page.evaluate(() => {
    const { heard } = globalThis as unknown as Heard
    const bytes = new Uint8Array(heard.reduce((sum, block) => sum + 2 * block.length, 0))
    const view = new DataView(bytes.buffer)
    let at = 0
    for (const block of heard)
      for (const sample of block) {
        view.setInt16(at, Math.round(sample * 32_767), true)
        at += 2
      }
    let text = ''
    for (let from = 0; from < bytes.length; from += 32_768)
      text += String.fromCharCode(...bytes.subarray(from, from + 32_768))
    return btoa(text)
  })
  const bytes = Buffer.from(base64, 'base64')
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) / 32_767)
}

/** Where in the recording a stretch of the tone is heard: samples from where it would be if the recording began with it. */
function lagOf(heard: Float32Array, fromS: number, toS: number, around: number, within: number): number {
  const [from, to] = [Math.round(fromS * HEARD_HZ), Math.round(toS * HEARD_HZ)]
  const tone = Float64Array.from({ length: to - from }, (_, i) => toneAt((from + i) / HEARD_HZ))
  let best = { lag: around, likeness: Number.NEGATIVE_INFINITY }
  for (let lag = around - within; lag <= around + within; lag++) {
    let likeness = 0
    for (let i = 0; i < tone.length; i += 3) likeness += (tone[i] ?? 0) * (heard[from + i + lag] ?? 0)
    if (likeness > best.likeness) best = { lag, likeness }
  }
  return best.lag
}

export interface Seam {
  /** Samples too many (padding, silence) or too few (music lost) between the halves. */
  readonly gap: number
  /** Longest silence around the cut, in samples. */
  readonly silent: number
}

const AUDIBLE = 0.004
const SEAM_S = 0.05
/** A second of music in either half, away from the cut, where a coder begins and ends. */
const [NEAR_S, FAR_S] = [1.2, 2.4]

/** How the halves, cut at `cutS`, follow each other in a recording. Null when the cut was not heard. `within`: samples that they may be apart. */
export function seamOf(heard: Float32Array, cutS: number, within = 4_000): Seam | null {
  const first = heard.findIndex(sample => Math.abs(sample) > 0.02)
  if (first < 0 || heard.length < first + (cutS + FAR_S) * HEARD_HZ) return null
  const before = lagOf(heard, cutS - FAR_S, cutS - NEAR_S, first, 4_000)
  const after = lagOf(heard, cutS + NEAR_S, cutS + FAR_S, before, within)
  const cut = Math.round(cutS * HEARD_HZ) + before
  const reach = Math.max(SEAM_S * HEARD_HZ, after - before + SEAM_S * HEARD_HZ)
  let silent = 0
  let run = 0
  for (let at = cut - SEAM_S * HEARD_HZ; at < cut + reach; at++) {
    run = Math.abs(heard[at] ?? 0) < AUDIBLE ? run + 1 : 0
    silent = Math.max(silent, run)
  }
  return { gap: after - before, silent }
}
