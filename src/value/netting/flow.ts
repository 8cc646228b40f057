import { smaller } from '#src/kernel/smaller.ts'

/** An arc of a flow network; each unit over it costs 1. */
export interface Arc {
  readonly from: number
  readonly to: number
  readonly capacity: bigint
}

/** Arcs with their reverses, two by two: arc `2i` is the i-th given, `2i + 1` takes back what flows over it. */
interface Network {
  readonly size: number
  readonly to: readonly number[]
  readonly cost: readonly number[]
  readonly rest: bigint[]
  /** Arcs that leave a node, in the order in which they were given. */
  readonly out: readonly (readonly number[])[]
}

function build(arcs: readonly (Arc & { readonly cost: number })[], size: number): Network {
  const out: number[][] = Array.from({ length: size }, () => [])
  arcs.forEach(({ from, to }, at) => {
    out[from]?.push(2 * at)
    out[to]?.push(2 * at + 1)
  })
  return {
    size,
    to: arcs.flatMap(({ from, to }) => [to, from]),
    cost: arcs.flatMap(({ cost }) => [cost, -cost]),
    rest: arcs.flatMap(({ capacity }) => [capacity, 0n]),
    out,
  }
}

/** Cheapest distance to every node from the source over arcs with room (Bellman-Ford with a queue); Infinity when unreachable. */
function distances({ size, to, cost, rest, out }: Network, source: number): number[] {
  const distance = new Array<number>(size).fill(Number.POSITIVE_INFINITY)
  const queued = new Array<boolean>(size).fill(false)
  distance[source] = 0
  const queue = [source]
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] as number
    queued[node] = false
    for (const arc of out[node] as readonly number[]) {
      const [end, far] = [to[arc] as number, (distance[node] as number) + (cost[arc] as number)]
      if ((rest[arc] as bigint) === 0n || far >= (distance[end] as number)) continue
      distance[end] = far
      if (!queued[end]) queue.push(end)
      queued[end] = true
    }
  }
  return distance
}

/**
 * Pushes along arcs that lie on cheapest ways until none is left (blocking flow). `onWay` keeps a walk out of circles, which arcs
 * of reduced cost zero can form.
 */
function block(network: Network, distance: readonly number[], source: number, sink: number): void {
  const { to, cost, rest, out } = network
  const next = new Array<number>(network.size).fill(0)
  const onWay = new Array<boolean>(network.size).fill(false)
  const push = (node: number, most: bigint): bigint => {
    if (node === sink) return most
    onWay[node] = true
    let pushed = 0n
    const arcs = out[node] as readonly number[]
    for (; (next[node] as number) < arcs.length; next[node] = (next[node] as number) + 1) {
      const arc = arcs[next[node] as number] as number
      const [end, room] = [to[arc] as number, rest[arc] as bigint]
      if (room === 0n || onWay[end] || distance[end] !== (distance[node] as number) + (cost[arc] as number)) continue
      const left = most - pushed
      const went = push(end, smaller(room, left))
      rest[arc] = room - went
      rest[arc ^ 1] = (rest[arc ^ 1] as bigint) + went
      pushed += went
      if (pushed === most) break
    }
    onWay[node] = false
    return pushed
  }
  push(
    source,
    rest.reduce((sum, room) => sum + room, 0n),
  )
}

/**
 * The flow over `arcs` that carries every node's surplus (positive) to the shortfalls, with the smallest sum of flows: primal-dual
 * minimum-cost flow (Ford and Fulkerson; Ahuja, Magnanti and Orlin, Network Flows, 9.8), one blocking flow for each length of a
 * cheapest way. Lengths only grow and stay below the number of nodes, so there are few rounds. `surplus` sums to zero, and the
 * arcs can carry it. Answers the flow over each arc, in the order given.
 */
export function cheapestFlow(arcs: readonly Arc[], surplus: readonly bigint[]): bigint[] {
  const [source, sink] = [surplus.length, surplus.length + 1]
  const ends = surplus.flatMap((amount, node) => {
    if (amount === 0n) return []
    return amount > 0n
      ? [{ from: source, to: node, capacity: amount, cost: 0 }]
      : [{ from: node, to: sink, capacity: -amount, cost: 0 }]
  })
  const network = build([...arcs.map(arc => ({ ...arc, cost: 1 })), ...ends], surplus.length + 2)
  for (;;) {
    const distance = distances(network, source)
    if (distance[sink] === Number.POSITIVE_INFINITY) break
    block(network, distance, source, sink)
  }
  return arcs.map(({ capacity }, at) => capacity - (network.rest[2 * at] as bigint))
}
