import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Part } from '../ledger.ts'
import { startChild } from './child.ts'

/**
 * A copied log of 1,000,000 receipts, executed again from its first entry by a process of its own that does nothing else:
 * the most memory that process ever held, and how fast it went.
 */
export const run: Part = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-replay-'))
  try {
    const file = join(folder, 'followed-logs.db')
    const written = startChild(import.meta.resolve('./replay-write.ts'), { file })
    await written.next()
    await written.stop()
    const child = startChild(import.meta.resolve('./replay-read.ts'), { file })
    const { rssMb, perSecond } = (await child.next()) as { rssMb: number; perSecond: number }
    await child.stop()
    return { ratios: {}, figures: { replay_rss_mb: rssMb, replay_receipts_per_second: perSecond } }
  } finally {
    await rm(folder, { recursive: true })
  }
}
