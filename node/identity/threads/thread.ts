import { parentPort } from 'node:worker_threads'
import { verifier } from '../crypto-ports.ts'
import { workOff } from './layout.ts'
import type { Task } from './signature-pool.ts'

parentPort?.on('message', ({ id, shared }: Task) => {
  if (workOff(verifier, shared)) parentPort?.postMessage(id)
})
