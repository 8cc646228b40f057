import type { TransferProof } from '#protocols/api/v1/schemas.ts'
import type { TransferAnswer } from './transfer-answer.ts'

/** Checks the proof of a payment in a worker of its own, which asks nobody and ends with the answer. */
export async function verifyTransfer(proof: TransferProof, fan: string): Promise<TransferAnswer> {
  const worker = new Worker(new URL('./transfer-worker.ts', import.meta.url), { type: 'module' })
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
