import type { Cell } from './state-map.ts'
import type { World } from './world.ts'

/** The place of a key that is never used again once it was removed, and the way into the state that finds it. */
export interface Gone {
  readonly cell: Cell<unknown>
  readonly map: Map<number, Cell<never>>
  readonly key: number
}

/** Removes a key for good. Its place is only forgotten by `sweep`: until then this can be undone. */
export function removeForGood<T>(world: World, map: Map<number, Cell<T>>, key: number): void {
  const cell = map.get(key)
  if (cell === undefined) return
  world.state.set(cell, undefined)
  world.gone.push({ cell: cell as Cell<unknown>, map: map as Map<number, Cell<never>>, key })
}

/** Forgets the places of keys that were removed and cannot come back, so that a log which runs for years does not fill the memory. */
export function sweep(world: World): void {
  if (world.gone.length === 0) return
  const waiting = world.gone.filter(({ cell }) => cell.value === undefined && cell.dirty)
  for (const { cell, map, key } of world.gone) if (world.state.forget(cell)) map.delete(key)
  world.gone.length = 0
  world.gone.push(...waiting)
}
