import type { KeptPromise } from './context.ts'

/** Hands a signed promise to the person as a file, which any copy of the program can check. */
export function savePromise({ index, ack }: KeptPromise): void {
  const bytes = Uint8Array.from(atob(ack), char => char.charCodeAt(0))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  link.download = `promise-${index}.ack`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
}
