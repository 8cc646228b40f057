import { start as startBare } from './bare.ts'
import type { StartContender } from './contender.ts'

/** As `bare`, with the one setting that helps it most: duplicates are recognised before they are verified. */
export const start: StartContender = options =>
  startBare(options, {
    fastMsgIdFn: ({ from, seqno }) =>
      Buffer.concat([from ?? new Uint8Array(), seqno ?? new Uint8Array()]).toString('latin1'),
  })
