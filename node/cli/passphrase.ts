import { createInterface } from 'node:readline'
import { StageError } from '#node/errors.ts'
import type { CliContext, Input } from './context.ts'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACE = ['\u007f', '\b']

/** Reads one line that the terminal does not show. */
function readHidden(stdin: Input): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (error?: Error): void => {
      stdin.off('data', onData)
      stdin.setRawMode?.(false)
      stdin.pause()
      if (error === undefined) resolve(typed)
      else reject(error)
    }
    const onData = (chunk: Buffer | string): void => {
      for (const char of chunk.toString()) {
        const ends = char === '\r' || char === '\n'
        if (ends || char === CTRL_C || char === CTRL_D) {
          finish(ends ? undefined : new StageError('bad-passphrase', 'No passphrase given.'))
          return
        }
        typed = BACKSPACE.includes(char) ? typed.slice(0, -1) : typed + char
      }
    }
    stdin.setRawMode?.(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}

async function firstLine(stdin: Input): Promise<string> {
  const lines = createInterface({ input: stdin })
  try {
    for await (const line of lines) return line
    throw new StageError('bad-passphrase', 'No passphrase given: type one, or send it on standard input.')
  } finally {
    lines.close()
  }
}

/** Asked for at a terminal, else the first line of standard input: never an argument, which every user could list. */
export async function readPassphrase(context: CliContext, options: { confirm: boolean }): Promise<string> {
  if (!context.stdin.isTTY) return firstLine(context.stdin)
  const ask = async (prompt: string): Promise<string> => {
    context.stderr.write(prompt)
    try {
      return await readHidden(context.stdin)
    } finally {
      context.stderr.write('\n')
    }
  }
  const passphrase = await ask('Passphrase: ')
  if (options.confirm && (await ask('The same again: ')) !== passphrase)
    throw new StageError('bad-passphrase', 'The two passphrases differ. Nothing was written.')
  return passphrase
}
