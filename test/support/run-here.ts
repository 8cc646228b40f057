import { Readable, Writable } from 'node:stream'
import { runCli } from '#node/cli/program.ts'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'

/** A command line run in the test's own process, against a stage in a folder. `--data` is added. */
export async function runHere(data: string, ...args: string[]) {
  const texts = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += String(chunk)
        done()
      },
    })
  const never = async (): Promise<never> => {
    throw new Error('no test asks for this here')
  }
  const code = await runCli(args, {
    stdin: Readable.from([]),
    stdout: into('stdout'),
    stderr: into('stderr'),
    env: { BANDSTAND_DATA: data },
    cwd: data,
    signal: new AbortController().signal,
    services: {
      startStage: never,
      showIdentity: never,
      signStakeProfile: never,
      exportIdentity: never,
      importIdentity: never,
      checkLog: never,
      checkConformance: never,
      ports: async () => ({ hasher, verifier }),
    },
  })
  return { code, ...texts }
}
