import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { CheckedCard } from '#protocols/api/v1/desk-schemas.ts'
import { readCard } from '#protocols/value/v1/card.ts'
import { type CardFile, decodeCardFile, parseCardText } from '#protocols/value/v1/card-file.ts'
import { checkCard } from '#src/value/check-card.ts'
import { type CommonFlags, clientCommand } from '../command.ts'
import type { CliContext } from '../context.ts'
import { amountText, clean, dayTime } from '../format.ts'
import { readInput } from '../read-input.ts'

/** The longest text of a QR code is shorter. */
const CARD_BYTES_MAX = 4_096

interface VerifyFlags extends CommonFlags {
  readonly community?: string
  readonly ask?: boolean
}

/** What was given: a file with a card in it, or the card itself. */
async function cardGiven(
  context: CliContext,
  typed: string,
): Promise<{ readonly text: string; readonly bytes: Uint8Array | null }> {
  const isFile = await stat(resolve(context.cwd, typed)).then(
    info => info.isFile(),
    () => false,
  )
  if (!isFile) return { text: typed.trim(), bytes: null }
  const bytes = await readInput(context, typed, CARD_BYTES_MAX)
  return { text: Buffer.from(bytes).toString('latin1').trim(), bytes }
}

function fileIn({ text, bytes }: { readonly text: string; readonly bytes: Uint8Array | null }): CardFile | null {
  const fromText = parseCardText(text)
  if (fromText.ok) return fromText.value
  const fromBytes = bytes === null ? fromText : decodeCardFile(bytes)
  if (fromBytes.ok) return fromBytes.value
  if (text.startsWith('bandstand-card:'))
    throw new StageError('code-mistyped', `This card cannot be read: ${clean(fromText.error.message)}. Scan it again.`)
  return null
}

async function offline(context: CliContext, card: CardFile, flags: VerifyFlags): Promise<string> {
  const ports = await context.services.ports()
  const from = flags.community === undefined ? null : new Uint8Array(Buffer.from(flags.community, 'hex'))
  const checked = checkCard(ports, card, Date.now(), from)
  if (!checked.ok) {
    const { code, message } = checked.error
    throw new StageError(code === 'wrong-community' ? 'not-for-you' : code, message)
  }
  const { community, batch, serial } = checked.value
  const money = amountText(batch.amount.toString(), batch.asset.scale, batch.asset.code)
  const key = Buffer.from(community).toString('hex')
  const lines = [
    `Genuine: card ${serial + 1} of ${batch.count}, ${money}, until ${dayTime(batch.expiry).slice(0, 10)}.`,
    `Signed by community ${key}${from === null ? ': compare this key with the one you know' : ', the one you named'}.`,
  ]
  return `${lines.join('\n')}\n`
}

const ASK = 'Whether it was used or taken back, only its stage can say: bandstand code verify --ask.\n'

/** `code verify CARD|FILE`. What a QR code holds is checked without any network; what is typed has only a checksum of its own. */
export function verifyCardCommand(
  group: Command,
  context: CliContext,
  ask: (flags: VerifyFlags, card: string) => Promise<CheckedCard>,
): void {
  clientCommand(group, 'verify', 'whether a card is genuine: without any network when it is the text of a QR code')
    .argument('<card>', 'the 32 letters, the text of the QR code, or a file with one of them')
    .option('--community <KEY>', 'the community that it should be of, 64 hex digits')
    .option('--ask', 'ask the running stage, too, whether it is unused')
    .action(async (typed: string, flags: VerifyFlags) => {
      if (flags.community !== undefined && !/^[0-9a-f]{64}$/.test(flags.community))
        throw new StageError('bad-arguments', '--community is a key of 64 hex digits.')
      const given = await cardGiven(context, typed)
      const file = fileIn(given)
      const { hasher } = await context.services.ports()
      const letters = file === null ? readCard(data => hasher.sha256(data), given.text) : null
      if (letters?.ok === false)
        throw new StageError('code-mistyped', `This is no card: ${clean(letters.error.message)}. Look at it again.`)
      const said =
        file === null
          ? 'Read without a mistake. The letters alone do not prove that it is genuine.\n'
          : await offline(context, file, flags)
      if (!flags.ask) {
        context.stdout.write(`${said}${ASK}`)
        return
      }
      const { amount, asset } = await ask(flags, given.text)
      context.stdout.write(`${said}The stage says: unused, worth ${amountText(amount, asset.scale, asset.code)}.\n`)
    })
}
