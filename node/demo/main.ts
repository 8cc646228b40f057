import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { findMusic } from './music.ts'
import { Report } from './report.ts'
import { DemoStage } from './stage.ts'
import { tellStory } from './story.ts'

/** A story that takes longer has hung somewhere. */
const DEADLINE_MS = 180_000

/** Resolves to the exit code. Leaves neither processes nor files behind. */
async function demo(keep: boolean): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-demo-'))
  const harbour = new DemoStage('Harbour Sessions', join(folder, 'harbour'))
  const northside = new DemoStage('Northside Radio', join(folder, 'northside'))
  const report = new Report(text => process.stdout.write(text))
  const giveUp = setTimeout(() => {
    process.stdout.write(`\nThe demo failed: it was not done after ${DEADLINE_MS / 1000} s.\n`)
    harbour.kill()
    northside.kill()
    process.exit(1)
  }, DEADLINE_MS)
  giveUp.unref()
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  try {
    const music = await findMusic(process.env)
    report.heading(`Two communities, one machine. Music: ${music.credit}.`)
    const story = tellStory({ report, harbour, northside, music, crypto: { hasher, verifier } })
    const halt = interrupted.then(() => Promise.reject(new Error('it was interrupted.')))
    await Promise.race([story, halt])
    report.end()
    if (keep) {
      clearTimeout(giveUp)
      process.stdout.write(
        `\n${harbour.name}: ${harbour.url}\n${northside.name}: ${northside.url}\nCtrl+C ends both.\n`,
      )
      await interrupted
    }
    await Promise.all([harbour.stop(), northside.stop()])
    return 0
  } catch (cause) {
    process.stdout.write(`\nThe demo failed: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    await Promise.allSettled([harbour.stop(), northside.stop()])
    return 1
  } finally {
    harbour.kill()
    northside.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
process.exit(await demo(values.keep))
