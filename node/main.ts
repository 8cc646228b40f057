#!/usr/bin/env node
/** First release line with everything used here switched on: type stripping, node:sqlite, Promise.withResolvers. */
const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `Bandstand needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}. In its folder, npm ci brings one: npm start\n`,
  )
  process.exit(1)
}

// Types are stripped and code compiled once, not at every start. The cache lies beside the code, where nobody else can
// write who could not write the code; a folder that cannot be written only costs time.
const { enableCompileCache } = await import('node:module')
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/bandstand`)
// Imported only now: an older runtime could not even read these files.
const { runProcess } = await import('./process.ts')
await runProcess(process.argv.slice(2))
