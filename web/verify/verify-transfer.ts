import type { TransferProof } from '#protocols/api/v1/schemas.ts'
import { ownScript } from '#web/kit/mod.ts'
import type { TransferAnswer } from './transfer-answer.ts'
import script from './transfer-worker.ts?worker&url'

/** Checks the proof of a payment in a worker of its own, which asks nobody and ends with the answer. */
export async function verifyTransfer(proof: TransferProof, fan: string): Promise<TransferAnswer> {
  const worker = new Worker(ownScript(script), { type: 'module' })
  try {
    return await new Promise<TransferAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<TransferAnswer>) => resolve(data))
      worker.addEventListener('error', event => reject(new Error(event.message)))
      worker.postMessage({ proof, fan })
    })
  } finally {
    worker.terminate()
  }
}
