import { statfs } from 'node:fs/promises'
import { StageError } from '#node/errors.ts'

/** Kept free on the data disk whatever is published: the event store and the log must always be able to append. */
export const RESERVE_BYTES = 256 * 1024 ** 2

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

const inMb = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`

/** Throws 'disk-full', with the figures, unless `bytes` fit beside the reserve. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder)
  const needed = bytes + RESERVE_BYTES
  if (free < needed)
    throw new StageError(
      'disk-full',
      `This needs about ${inMb(needed)} of free disk and ${inMb(free)} are free: free some space, or use a larger disk, and try again.`,
    )
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Turns the operating system's own "no space" into the code people see; anything else passes as it is. */
export function asStageError(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && DISK_FULL.has(code)
    ? new StageError('disk-full', 'The disk is full: free some space and try again.', { cause: error })
    : error
}
