import { ownScript } from '#web/kit/mod.ts'
import { fromHex } from './encoding.ts'
import script from './work-worker.ts?worker&url'

export interface WorkTask {
  readonly id: Uint8Array
  readonly bits: number
}

/** More than any stage of this version asks: some minutes on a phone. A stage that asks for more asks in vain. */
const BITS_MAX = 24

/** Finds the nonce that a flooded room asks for, in a worker of its own: the page stays as quick as it was. */
export async function solveWork(id: string, bits: number): Promise<number> {
  if (bits > BITS_MAX) throw new Error(`the stage asked for ${bits} bits of work`)
  const worker = new Worker(ownScript(script), { type: 'module' })
  try {
    return await new Promise<number>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<number>) => resolve(data))
      worker.addEventListener('error', event => reject(new Error(event.message)))
      const task: WorkTask = { id: fromHex(id), bits }
      worker.postMessage(task)
    })
  } finally {
    worker.terminate()
  }
}
