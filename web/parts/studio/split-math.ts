import { t } from '#web/kit/words.ts'
/** Shares are whole hundredths of a percent; a column totals exactly this. As `SHARES_TOTAL` of the wire. */
export const WHOLE = 10_000

export interface Row {
  readonly party: string
  /** What was typed, in percent. */
  readonly percent: string
  /** Account id, if it is known. */
  readonly account?: string
}

export interface SplitShare {
  readonly party: string
  readonly shares: number
  readonly account?: string
}

const ACCOUNT = /^[0-9a-f]{64}$/

/** Percent as typed to hundredths of a percent; null when it is not one, or not from 0.01 to 100. */
export function parsePercent(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim())
  if (match === null) return null
  const shares = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return shares >= 1 && shares <= WHOLE ? shares : null
}

export const showPercent = (shares: number): string =>
  (shares % 100 === 0 ? shares / 100 : (shares / 100).toFixed(2)).toString()

/** Whether somebody began to fill it in. */
export const begun = (row: Row | undefined): boolean =>
  row !== undefined && (row.party.trim() !== '' || row.percent.trim() !== '')

/** Hundredths of a percent still to give away; negative when too much was given. */
export const remaining = (rows: readonly Row[]): number =>
  rows.filter(begun).reduce((left, row) => left - (parsePercent(row.percent) ?? 0), WHOLE)

/** The split as the stage takes it, or a sentence that says what is wrong. No rows at all is no split. */
export function readSplit(rows: readonly Row[]): { splits: SplitShare[] } | { fault: string } {
  const filled = rows.filter(begun)
  const parties = new Set<string>()
  for (const { party, percent, account } of filled) {
    const name = party.trim()
    if (name === '') return { fault: t`Name everybody who has a share.` }
    if (parties.has(name)) return { fault: t`${name} is named twice; give each party one share.` }
    parties.add(name)
    if (parsePercent(percent) === null) return { fault: t`The share of ${name} must be from 0.01 to 100.` }
    if (accountOf(account) !== '' && !ACCOUNT.test(accountOf(account)))
      return { fault: t`The account id of ${name} is 64 characters, 0-9 and a-f; leave it empty if they have none.` }
  }
  const left = remaining(filled)
  if (filled.length > 0 && left !== 0)
    return {
      fault:
        left > 0
          ? t`${showPercent(left)} % is still to be given to somebody.`
          : t`That is ${showPercent(-left)} % too much.`,
    }
  return {
    splits: filled.map(row => ({
      party: row.party.trim(),
      shares: parsePercent(row.percent) ?? 0,
      ...(accountOf(row.account) === '' ? {} : { account: accountOf(row.account) }),
    })),
  }
}

const accountOf = (typed: string | undefined): string => (typed ?? '').trim().toLowerCase()

/** Equal shares that total exactly 100 %: the first ones get the hundredths left over. */
export function equalShares(rows: readonly Row[]): Row[] {
  const each = Math.floor(WHOLE / Math.max(1, rows.length))
  const extra = WHOLE - each * rows.length
  return rows.map((row, index) => ({ ...row, percent: showPercent(each + (index < extra ? 1 : 0)) }))
}
