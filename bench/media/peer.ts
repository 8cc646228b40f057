import { type Contender, cpuMs, type Served } from './contender.ts'

/**
 * One process of one contender: `peer.ts NAME publish DIR BYTES | serve DIR REF | fetch DIR REF BYTES ADDRESS`.
 * Answers on the IPC channel. A serving one also answers every message with its peak RSS and
 * processor time, and ends with its parent.
 */
const [name, role, dir = '', ...rest] = process.argv.slice(2)
const { contender } = (await import(`./${name}.ts`)) as { contender: Contender }

const rssMb = (): number => process.resourceUsage().maxRSS / 1024
const answer = (message: object): void => {
  process.send?.(message)
}

if (role === 'publish') {
  answer({ ref: await contender.publish(dir, Number(rest[0])) })
  process.exit(0)
} else if (role === 'serve') {
  const served: Served = await contender.serve(dir, rest[0] ?? '')
  const cpu = process.cpuUsage()
  process.on('message', () => answer({ rssMb: rssMb(), cpuMs: cpuMs(cpu) }))
  process.on('disconnect', () => process.exit(0))
  answer(served)
} else {
  const fetched = await contender.fetch(dir, { address: rest[2] ?? '' }, rest[0] ?? '', Number(rest[1]))
  answer({ ...fetched, rssMb: rssMb() })
  process.disconnect?.()
  process.exit(0)
}
