import type { TransferProof } from '#protocols/api/v1/schemas.ts'
import { checkTransfer } from './check-transfer.ts'

/** Away from the page's own thread. One proof in, one answer out. */
self.addEventListener('message', ({ data }: MessageEvent<{ proof: TransferProof; fan: string }>) => {
  self.postMessage(checkTransfer(data.proof, data.fan))
})
