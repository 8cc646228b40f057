import { addresses, byteSize, choice, count, flag, host, port, type Reader, seconds, words } from './readers.ts'

/** One setting and its three names. The CLI's help, the environment and the file are all read from this table. */
export interface Option<T> {
  /** Long flag without dashes. */
  readonly flag: string
  /** Placeholder shown in the help; a switch has none. */
  readonly value: string | null
  /** Whether the flag may be given several times. */
  readonly many: boolean
  readonly env: string
  /** Dotted key in `bandstand.toml`. */
  readonly key: string
  readonly help: string
  readonly read: Reader<T>
}

function option<T>(
  names: { flag: string; env?: string; key?: string; value?: string; many?: boolean },
  read: Reader<T>,
  help: string,
): Option<T> {
  const snake = names.flag.replaceAll('-', '_')
  return {
    flag: names.flag,
    value: names.value ?? null,
    many: names.many ?? false,
    env: names.env ?? `BANDSTAND_${snake.toUpperCase()}`,
    key: names.key ?? snake,
    help,
    read,
  }
}

/** Characters in a community's name, as the catalog's profile allows. */
const NAME_MAX = 80

export const OPTIONS = {
  name: option(
    { flag: 'name', value: 'NAME' },
    words(NAME_MAX, `a name of 1 to ${NAME_MAX} characters`),
    'name the community at first start',
  ),
  httpHost: option({ flag: 'host', key: 'http.host', value: 'IP' }, host, 'address the page listens on'),
  httpPort: option({ flag: 'port', key: 'http.port', value: 'N' }, port, 'port of the page (4747; 0 takes any)'),
  p2pHost: option({ flag: 'p2p-host', key: 'p2p.host', value: 'IP' }, host, 'address for other stages to dial'),
  tcpPort: option({ flag: 'tcp-port', key: 'p2p.tcp_port', value: 'N' }, port, 'TCP port for other stages'),
  wsPort: option({ flag: 'ws-port', key: 'p2p.ws_port', value: 'N' }, port, 'WebSocket port for other stages'),
  announce: option(
    { flag: 'announce', key: 'p2p.announce', value: 'MULTIADDR', many: true },
    addresses,
    'address to tell other stages, behind a forwarded port (repeatable)',
  ),
  public: option({ flag: 'public' }, flag, 'open to other machines; without it everything stays on this one'),
  trustProxy: option(
    { flag: 'trust-proxy', key: 'http.trust_proxy' },
    flag,
    'behind a reverse proxy on this machine: believe its X-Forwarded-For (with --public)',
  ),
  livePages: option(
    { flag: 'live-pages', key: 'http.live_pages', value: 'N' },
    count(1, 100_000),
    'open pages that get live updates at once (1000)',
  ),
  livePagesPerAddress: option(
    { flag: 'live-pages-per-address', key: 'http.live_pages_per_address', value: 'N' },
    count(1, 100_000),
    'of these, from one address (100); more where many share one',
  ),
  reachability: option(
    { flag: 'reachability', value: 'MODE' },
    choice('off', 'auto', 'relay'),
    'off, auto (UPnP, relays, hole punching) or relay (also relays for others)',
  ),
  mdns: option({ flag: 'mdns' }, flag, 'find other stages on the local network'),
  dht: option(
    { flag: 'dht', value: 'MODE' },
    choice('off', 'client', 'server'),
    'find stages by peer id: off, client or server',
  ),
  bootstrap: option(
    { flag: 'bootstrap', value: 'MULTIADDR', many: true },
    addresses,
    'stage to connect to at start (repeatable)',
  ),
  cacheCap: option(
    { flag: 'cache-cap', value: 'SIZE' },
    byteSize,
    "most of other communities' media to keep, such as 500MB (20GB)",
  ),
  streamInterval: option(
    { flag: 'stream-interval', value: 'SECONDS' },
    seconds(1, 300),
    'how often a page signs for what was played of a priced release (30)',
  ),
  netting: option(
    { flag: 'netting', value: 'MODE' },
    choice('off', 'ask', 'agree'),
    'take part in nettings of debts: off, ask (the operator), agree (by itself, where debts only shrink)',
  ),
  testCredits: option(
    { flag: 'test-credits', key: 'value.test_credits', value: 'AMOUNT' },
    count(0, 1_000_000),
    'hundredths of TEST, worth nothing, that any stage may pay here to try this one out (0: none)',
  ),
  logLevel: option(
    { flag: 'log-level', value: 'LEVEL' },
    choice('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'trace, debug, info, warn, error or silent',
  ),
} as const

export type OptionName = keyof typeof OPTIONS
export type OptionValue<K extends OptionName> = ReturnType<(typeof OPTIONS)[K]['read']>
