import { execFileSync, spawnSync } from 'node:child_process'

/** Whether this machine can run the tests that need ffmpeg. Says so once when it cannot. */
export const hasFfmpeg: boolean = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0

if (!hasFfmpeg) console.log('ffmpeg is not installed: tests of renditions, loudness and waveforms are skipped.')

/** Makes a test file, quietly. */
export const ffmpeg = (...args: string[]): void =>
  void execFileSync('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...args], { stdio: 'pipe' })

/** What ffprobe says about a file or playlist, as JSON. */
export const ffprobe = (...args: string[]): { format?: Record<string, string>; streams?: Record<string, unknown>[] } =>
  JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args], { encoding: 'utf8' }))
