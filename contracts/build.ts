import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.ts'

/** What stages deploy and call; the rest is for tests, which compile it themselves. */
const DEPLOYED = ['Anchors', 'StakeRegistry', 'Till']

const folder = join(import.meta.dirname, 'compiled')
mkdirSync(folder, { recursive: true })
const contracts = compile()
for (const name of DEPLOYED)
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(contracts[name], null, 2)}\n`)
console.log(`Compiled ${DEPLOYED.join(', ')} into ${folder}.`)
