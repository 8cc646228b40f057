import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `account code` -> decimal; zero balances are left out. */
export type Balances = ReadonlyMap<string, string>

const HLEDGER = 'hledger'
const BEAN_CHECK = 'bean-check'
const BEAN_QUERY = 'bean-query'

/** Whether Debian's program is here; says so when it is not. */
export function installed(program: 'hledger' | 'bean-check'): boolean {
  const found = spawnSync(program, ['--version']).status === 0
  if (!found) console.log(`skipped: ${program} is not installed`)
  return found
}

const canonical = (decimal: string): string => {
  const [whole = '0', fraction = ''] = decimal.replaceAll(',', '').split('.')
  return `${whole}.${fraction.padEnd(9, '0')}`
}

const collect = (cells: Iterable<readonly [account: string, amount: string, code: string]>): Balances =>
  new Map(
    [...cells]
      .map(([account, amount, code]) => [`${account} ${code}`, canonical(amount)] as const)
      .filter(([, amount]) => !/^-?0(?:E-\d+)?\.0+$/.test(amount)),
  )

/** What hledger makes of a journal. Throws what it complains about. */
export function hledgerBalances(journal: string): Balances {
  const args = ['-f', '-', 'balance', '--flat', '--no-total', '--layout=bare', '-O', 'csv']
  const run = spawnSync(HLEDGER, args, {
    input: journal,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  if (run.status !== 0) throw new Error(run.stderr.slice(0, 2_000))
  return collect(
    [...run.stdout.matchAll(/^"([^"]*)","([A-Z0-9]*)","(-?[0-9.,]+)"$/gm)].map(
      ([, account = '', code = '', amount = '']) => [account, amount, code] as const,
    ),
  )
}

/** Whether bean-check finds nothing wrong in a journal; what it complains about otherwise. */
export function beancountComplaint(path: string): string | null {
  const check = spawnSync(BEAN_CHECK, [path], { encoding: 'utf8' })
  return check.status === 0 ? null : check.stderr.slice(0, 2_000)
}

/** What beancount makes of a journal, after bean-check found nothing wrong in it. */
export function beancountBalances(journal: string, dir: string): Balances {
  const path = join(dir, 'journal.beancount')
  writeFileSync(path, journal)
  const complaint = beancountComplaint(path)
  if (complaint !== null) throw new Error(complaint)
  const query = 'SELECT account, currency, sum(number) AS total GROUP BY account, currency'
  const run = spawnSync(BEAN_QUERY, ['-f', 'csv', path, query], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status !== 0) throw new Error(run.stderr.slice(0, 2_000))
  return collect(
    run.stdout
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map(row => {
        const [account = '', code = '', amount = ''] = row.split(',').map(text => text.trim())
        return [account, amount, code] as const
      }),
  )
}
