import { isAbsolute, join, resolve } from 'node:path'
import { StageError } from '#node/errors.ts'
import { OPTIONS, type OptionName, type OptionValue } from './options.ts'
import { readRails, readRegistry } from './rails.ts'
import type { Settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface SettingSources {
  /** Parsed flags by long name in camel case; a missing one is absent or undefined. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly env: Environment
  /** The parsed `bandstand.toml`, or nothing. */
  readonly file?: Readonly<Record<string, unknown>> | undefined
  /** Where relative paths start. */
  readonly cwd: string
}

const DEFAULT_HTTP_PORT = 4747
/** A stage that others dial keeps its ports, so that a forwarded port and an address book stay true. */
const PUBLIC_TCP_PORT = 4748
const PUBLIC_WS_PORT = 4749
/** A few hundred albums: useful on a small machine without filling its disk. */
const DEFAULT_CACHE_CAP_BYTES = 20e9
/** Closing a tab loses at most this much of what was played. */
const DEFAULT_LIVE_PAGES = 1_000
const DEFAULT_LIVE_PAGES_PER_ADDRESS = 100
const DEFAULT_STREAM_INTERVAL_MS = 30_000

const camel = (flag: string) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The data folder, from `--data`, `BANDSTAND_DATA`, or the XDG default. Needed before the file in it can be read. */
export function dataDirOf({ flags, env, cwd }: Omit<SettingSources, 'file'>): string {
  const given = flags.data ?? env.BANDSTAND_DATA
  if (given !== undefined) {
    if (typeof given === 'string' && given !== '' && !given.includes('\0')) return resolve(cwd, given)
    throw new StageError('bad-arguments', `--data is ${JSON.stringify(given)}: expected a folder.`, { path: '--data' })
  }
  // The XDG specification says to ignore a relative path here.
  const xdg = env.XDG_DATA_HOME
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'bandstand')
  const home = env.HOME ?? env.USERPROFILE
  if (home === undefined || home === '')
    throw new StageError('bad-arguments', 'There is no home folder here: say where to keep things with --data DIR.')
  return join(home, '.local', 'share', 'bandstand')
}

function fromFile(file: SettingSources['file'], key: string): unknown {
  let value: unknown = file
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** Tables that are read whole, with their own checks. */
const TABLES = ['rails', 'registry']

/** A misspelt key would otherwise be a setting that silently does nothing. */
function refuseUnknownKeys(file: Readonly<Record<string, unknown>>): void {
  const known = new Set(Object.values(OPTIONS).map(option => option.key))
  for (const table of TABLES) known.add(table)
  const visit = (table: Readonly<Record<string, unknown>>, prefix: string): void => {
    for (const [name, value] of Object.entries(table)) {
      const key = prefix + name
      if (known.has(key)) continue
      const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
      if (isTable && [...known].some(other => other.startsWith(`${key}.`)))
        visit(value as Record<string, unknown>, `${key}.`)
      else
        throw new StageError(
          'bad-arguments',
          `bandstand.toml has an unknown setting ${JSON.stringify(key)}. Known ones: ${[...known].join(', ')}.`,
          { path: key },
        )
    }
  }
  visit(file, '')
}

/** The value that wins: flag over environment over file; `undefined` where nobody said anything. */
function pick<K extends OptionName>(name: K, { flags, env, file }: SettingSources): OptionValue<K> | undefined {
  const option = OPTIONS[name]
  const found: [unknown, string][] = [
    [flags[camel(option.flag)], `--${option.flag}`],
    [env[option.env] === '' ? undefined : env[option.env], option.env],
    [fromFile(file, option.key), `${option.key} in bandstand.toml`],
  ]
  for (const [raw, where] of found)
    if (raw !== undefined && !(Array.isArray(raw) && raw.length === 0 && where.startsWith('--')))
      return option.read(raw, where) as OptionValue<K>
  return undefined
}

const LOOPBACK = /^(?:localhost|127\.|::1$)/

/** A socket that other machines reach is a decision of its own: it also turns on the operator's token. */
function refuseOpenHost(settings: Settings): Settings {
  for (const [where, host] of [
    ['--host', settings.http.host],
    ['--p2p-host', settings.p2p.host],
  ] as const)
    if (!settings.public && !LOOPBACK.test(host))
      throw new StageError('bad-arguments', `${where} is "${host}", which other machines can reach: add --public.`, {
        path: where,
      })
  return settings
}

/** Defaults, then the file, then the environment, then flags. Throws `StageError` 'bad-arguments' and reads nothing else. */
export function parseSettings(sources: SettingSources): Settings {
  if (sources.file !== undefined) refuseUnknownKeys(sources.file)
  const open = pick('public', sources) ?? false
  const anyHost = open ? '0.0.0.0' : '127.0.0.1'
  return refuseOpenHost({
    dataDir: dataDirOf(sources),
    name: pick('name', sources) ?? null,
    http: {
      host: pick('httpHost', sources) ?? anyHost,
      port: pick('httpPort', sources) ?? DEFAULT_HTTP_PORT,
      trustProxy: pick('trustProxy', sources) ?? false,
      livePages: pick('livePages', sources) ?? DEFAULT_LIVE_PAGES,
      livePagesPerAddress: pick('livePagesPerAddress', sources) ?? DEFAULT_LIVE_PAGES_PER_ADDRESS,
    },
    p2p: {
      host: pick('p2pHost', sources) ?? anyHost,
      tcpPort: pick('tcpPort', sources) ?? (open ? PUBLIC_TCP_PORT : 0),
      wsPort: pick('wsPort', sources) ?? (open ? PUBLIC_WS_PORT : 0),
      announce: pick('announce', sources) ?? [],
    },
    public: open,
    reachability: pick('reachability', sources) ?? 'off',
    mdns: pick('mdns', sources) ?? false,
    dht: pick('dht', sources) ?? 'off',
    bootstrap: pick('bootstrap', sources) ?? [],
    cacheCapGiven: pick('cacheCap', sources) !== undefined,
    cacheCapBytes: pick('cacheCap', sources) ?? DEFAULT_CACHE_CAP_BYTES,
    streamIntervalMs: pick('streamInterval', sources) ?? DEFAULT_STREAM_INTERVAL_MS,
    netting: pick('netting', sources) ?? 'ask',
    testCredits: pick('testCredits', sources) ?? 0,
    logLevel: pick('logLevel', sources) ?? 'warn',
    rails: readRails(sources.file),
    registry: readRegistry(sources.file),
  })
}
