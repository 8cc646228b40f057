import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Environment } from '#node/config/parse.ts'

export interface Music {
  /** Three audio files. */
  readonly files: readonly string[]
  readonly credit: string
}

const TRACKS = 3
/** Where Debian's singularity-music keeps its tracks, below the root or wherever the package was unpacked. */
const PACKAGE_FOLDER = 'usr/share/games/singularity/music'
/** Shorter files are sound effects. */
const BYTES_MIN = 200_000

const cacheFolder = (env: Environment): string => join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bandstand-ci')

/** The three smallest tracks below a folder: real music, and quick to encode. */
async function shortestTracks(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const files = names.filter(name => /\.(?:ogg|flac|mp3|opus|m4a|wav)$/i.test(name)).map(name => join(folder, name))
  const sized = await Promise.all(files.map(async file => ({ file, size: (await stat(file)).size })))
  return sized
    .filter(({ size }) => size >= BYTES_MIN)
    .sort((a, b) => a.size - b.size || (a.file < b.file ? -1 : 1))
    .slice(0, TRACKS)
    .map(({ file }) => file)
}

/** `BANDSTAND_MUSIC` if set, else Debian's singularity-music, else one clip in three formats from npm's audio-lena. */
export async function findMusic(env: Environment): Promise<Music> {
  const own = env.BANDSTAND_MUSIC
  if (own !== undefined && own !== '') {
    const files = await shortestTracks(own)
    if (files.length < TRACKS) throw new Error(`BANDSTAND_MUSIC: there are fewer than ${TRACKS} tracks in ${own}`)
    return { files, credit: own }
  }
  for (const root of ['/', join(cacheFolder(env), 'singularity-music')]) {
    const files = await shortestTracks(join(root, PACKAGE_FOLDER))
    if (files.length === TRACKS)
      return { files, credit: 'Endgame: Singularity music by Max McCracken (Debian singularity-music, CC BY-SA 3.0)' }
  }
  const lena = dirname(createRequire(import.meta.url).resolve('audio-lena'))
  const files = ['lena.flac', 'lena.mp3', 'lena.ogg'].map(name => join(lena, name))
  return { files, credit: 'one clip in three formats (npm audio-lena)' }
}
