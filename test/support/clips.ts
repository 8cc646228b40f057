import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** One sung line in many formats (npm `audio-lena`). Its package exports name scripts; the sound files lie beside them. */
const folder = path.dirname(fileURLToPath(import.meta.resolve('audio-lena/wav')))

/** Path of a clip, e.g. `lena.flac`. */
export const clip = (name: string): string => path.join(folder, name)
