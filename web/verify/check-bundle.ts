import { BUNDLE_BYTES_MAX } from '#protocols/ledger/v1/bundle-file.ts'
import { ownScript } from '#web/kit/mod.ts'
import type { BundleAnswer } from './bundle-answer.ts'
import script from './bundle-worker.ts?worker&url'

/** Checks a statement bundle in a worker of its own, which asks nobody and ends with the answer. */
export async function checkBundle(file: Blob): Promise<BundleAnswer> {
  if (file.size > BUNDLE_BYTES_MAX)
    return { ok: false, part: 'the whole file', message: 'it is larger than any statement bundle' }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const worker = new Worker(ownScript(script), { type: 'module' })
  try {
    return await new Promise<BundleAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<BundleAnswer>) => resolve(data))
      worker.addEventListener('error', event => reject(new Error(event.message)))
      worker.postMessage(bytes, [bytes.buffer])
    })
  } finally {
    worker.terminate()
  }
}
