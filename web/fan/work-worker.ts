import { sha256 } from '@noble/hashes/sha2.js'
import { findWork } from '#src/engagement/work.ts'
import type { WorkTask } from './work.ts'

self.addEventListener('message', ({ data }: MessageEvent<WorkTask>) => {
  self.postMessage(findWork(sha256, data.id, data.bits))
})
