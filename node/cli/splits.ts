import { StageError } from '#node/errors.ts'
import { PARTIES_MAX, SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'

export interface SplitShare {
  readonly party: string
  /** Hundredths of a percent. */
  readonly shares: number
  /** Hex of the account that is asked to sign; left out where none was given. */
  readonly account?: string
}

const PARTY_MAX = 80
const ACCOUNT_LENGTH = 64
const ACCOUNT = /^[0-9a-f]{64}$/

function refuse(message: string): never {
  throw new StageError('bad-splits', message, { path: 'splits' })
}

function checked(share: SplitShare): SplitShare {
  if (share.party === '') refuse('A party has no name: write it before the account, as in ana@ACCOUNT=50.')
  if (share.party.length > PARTY_MAX) refuse(`The name of a party has at most ${PARTY_MAX} characters.`)
  return share
}

const percent = (shares: number): string => (shares / 100).toFixed(2).replace(/\.?0+$/, '')

/**
 * `ana=50,ben=30,cy=20` in percent, with at most two decimals, as hundredths of a percent; `ana@ACCOUNT=50` names the
 * account too. Throws `StageError` 'bad-splits' unless the parties differ and the column totals exactly 100.
 */
export function parseSplits(text: string): SplitShare[] {
  const splits = text.split(',').map((part): SplitShare => {
    const match = /^\s*([^=,\u0000-\u001f\u007f]+?)\s*=\s*(\d{1,3})(?:\.(\d{1,2}))?\s*%?\s*$/.exec(part)
    if (match === null)
      return refuse(
        `Cannot read the split ${JSON.stringify(part)}. Write it as ana=50,ben=30,cy=20 with at most two decimals.`,
      )
    const [, party = '', whole = '0', cents = ''] = match
    const share = { party, shares: Number(whole) * 100 + Number(cents.padEnd(2, '0')) }
    if (ACCOUNT.test(party))
      refuse(`"${party}" is an account id: put the name before it, as in ana@${party.slice(0, 4)}...=50.`)
    const [name, account] = [party.slice(0, -ACCOUNT_LENGTH - 1), party.slice(-ACCOUNT_LENGTH)]
    const named = party.at(-ACCOUNT_LENGTH - 1) === '@' && ACCOUNT.test(account)
    return checked(named ? { ...share, party: name.trim(), account } : share)
  })
  if (splits.length > PARTIES_MAX) refuse(`A split has at most ${PARTIES_MAX} parties; there are ${splits.length}.`)
  const seen = new Set<string>()
  for (const { party, shares } of splits) {
    if (shares === 0) refuse(`${party} has 0 %. Leave them out, or give them a share.`)
    if (seen.has(party)) refuse(`${party} is named twice. Add their shares together.`)
    seen.add(party)
  }
  const total = splits.reduce((sum, { shares }) => sum + shares, 0)
  if (total !== SHARES_TOTAL) refuse(`The splits total ${percent(total)} %. They must total exactly 100 %.`)
  return splits
}
