import { setFlagsFromString } from 'node:v8'

/**
 * How far the heap may grow between two full collections, in percent. V8 counts the bytes of buffers as heap, and a
 * stage's own heap is small; at the default growth every ten megabytes of media that pass through cost a full
 * collection, more than encryption and hashing together. Four times the live heap bounds the memory as well.
 */
const HEAP_GROWTH_PERCENT = 300

/** Once per process. */
export function makeRoomForBlocks(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`)
}
