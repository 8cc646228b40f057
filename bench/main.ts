import { readdir } from 'node:fs/promises'
import type { BenchResult } from './support/result.ts'

/** `npm run bench -- NAME`: runs ./NAME.ts and prints its result as the last line, one JSON object. */

const names = (await readdir(import.meta.dirname))
  .filter(file => file.endsWith('.ts') && file !== 'main.ts')
  .map(file => file.slice(0, -'.ts'.length))
  .sort()

const name = process.argv[2] ?? ''
if (names.includes(name)) {
  const bench = (await import(`./${name}.ts`)) as { run(): Promise<BenchResult> }
  const result = await bench.run()
  process.stdout.write(`${JSON.stringify(result)}\n`)
  // Sockets and addons that a contender left open must not keep a finished bench alive.
  process.exit(0)
} else {
  process.stderr.write(`There is no bench "${name}". There are: ${names.join(', ')}.\n`)
  process.exit(2)
}
