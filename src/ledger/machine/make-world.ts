import type { Memory } from '../rules.ts'
import { createRegistry } from './agreement-slots.ts'
import { ByteMap } from './byte-map.ts'
import { HEAD, META, memoryKey } from './keys.ts'
import type { MachineInit } from './machine.ts'
import { refuse } from './refusal.ts'
import { type Cell, StateMap } from './state-map.ts'
import { countCodec, fits, headCodec, metaCodec } from './values.ts'
import type { World } from './world.ts'

/** Longest name of a counter. */
const MEMORY_KEY_MAX = 250

function createMemory(state: StateMap): Memory {
  const cells = new Map<string, Cell<bigint>>()
  const known = (key: string): Cell<bigint> | undefined => {
    const cell = cells.get(key) ?? (state.find(memoryKey(key)) as Cell<bigint> | undefined)
    if (cell !== undefined) cells.set(key, cell)
    return cell
  }
  return {
    get: key => known(key)?.value ?? 0n,
    set(key, value) {
      if (key.length > MEMORY_KEY_MAX || !fits(value))
        refuse('amount-overflow', 'a counter of the agreement is larger than the ledger can count')
      const cell = known(key) ?? state.cell(memoryKey(key), countCodec)
      if ((cell.value ?? 0n) !== value) state.set(cell, value === 0n ? undefined : value)
    },
  }
}

/** The world before anything happened. */
export function makeWorld({ hasher, rules, community }: MachineInit): World {
  const state = new StateMap(hasher)
  const head = state.cell(HEAD, headCodec, false)
  state.set(head, { committed: 0, lastAt: 0, epoch: 0 })
  const agreements: World['agreements'] = new ByteMap()
  return {
    hasher,
    sha256: data => hasher.sha256(data),
    rules,
    community,
    state,
    meta: state.cell(META, metaCodec),
    head,
    books: new Map(),
    channels: new ByteMap(),
    agreements,
    families: new ByteMap(),
    pools: new Map(),
    memory: createMemory(state),
    registry: createRegistry({ agreements, rules }),
    aliases: new Map(),
    peers: new ByteMap(),
    bought: new Map(),
    batches: new ByteMap(),
    gone: [],
  }
}
