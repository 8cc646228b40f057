import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { addEntry } from '#test/support/copies-world.ts'
import { furnish, must, NOW, type OwnLog, ownLogFolders } from '#test/support/own-log-world.ts'
import { seeded } from '#test/support/seeded.ts'
import { until } from '#test/support/stage-host.ts'

const ROUNDS = 6
const PROGRAM = fileURLToPath(new URL('./seat-process.ts', import.meta.url))

interface Said {
  readonly note: string
  readonly line: string | null
  readonly kind: string
}

const folders = ownLogFolders()
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await folders.remove()
})

async function startSeat(file: string, said: Said[]): Promise<ChildProcess> {
  const child = fork(PROGRAM, [file], { serialization: 'advanced' })
  children.push(child)
  await once(child, 'message')
  child.on('message', message => void said.push(message as Said))
  return child
}

/** A log and another one of the same community that parts from it after the first batch. */
async function twoLogs(): Promise<[OwnLog, OwnLog]> {
  const folder = folders.folder()
  const log = folders.open(folder)
  await furnish(log)
  must(log.commit(1))
  const other = folders.folder()
  await cp(folder, other, { recursive: true })
  return [log, folders.open(other)]
}

describe('a seat that is killed while it works', () => {
  it('never signs two histories, at whichever moment it dies, and goes on with the one that it signed', async () => {
    const random = seeded(7)
    const file = join(folders.folder(), 'followed-logs.db')
    const said: Said[] = []
    const logs = await twoLogs()
    const shared = logs[0]?.signedSize() ?? 0
    const owner = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const seat = await startSeat(file, said)
      for (const [index, log] of logs.entries()) {
        await addEntry(log, NOW)
        owner.set(must(log.commit(1))?.note ?? '', index)
      }
      // Both histories ask for the same size, in either order, one right behind the other.
      for (const log of random.next() < 0.5 ? logs : logs.toReversed()) seat.send(log.submission(0))
      await new Promise(resolve => setTimeout(resolve, random.int(60)))
      seat.kill('SIGKILL')
      await once(seat, 'exit')
    }
    const seat = await startSeat(file, said)
    const before = said.length
    for (const log of logs) seat.send(log.submission(0))
    await until(() => said.length === before + logs.length)
    const signed = said.filter(({ line }) => line !== null).map(({ note }) => note)
    const above = signed.filter(note => must(parseCheckpoint(note)).size > shared)
    expect(new Set(above.map(note => owner.get(note))).size).toBe(1)
    expect(said.slice(before).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['cosign', 'refuse']))
  })
})
