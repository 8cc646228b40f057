import type { ChainRegistrySettings, EvmRailSettings } from './rails.ts'

/** How far a stage goes to be reached from outside its own network. */
export type Reachability =
  /** Only the addresses it listens on. */
  | 'off'
  /** Learns its public address (autonat), asks the router for a port (UPnP), uses relays and hole punching. */
  | 'auto'
  /** As `auto`, and relays connections for others within fixed limits. */
  | 'relay'

/** `client` asks the table, `server` also keeps a part of it for others. */
export type DhtMode = 'off' | 'client' | 'server'

export type NettingMode = 'off' | 'ask' | 'agree'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Everything that a person can decide about a stage before it starts. Parsed once, never changed afterwards. */
export interface Settings {
  /** Absolute path of the folder that holds everything this stage keeps. */
  readonly dataDir: string
  /** Names the community at first start; `null` leaves that to the page. */
  readonly name: string | null
  readonly http: {
    readonly host: string
    /** 0 takes any free port. */
    readonly port: number
    /** A reverse proxy on this machine stands before it, and says for whom it asks. */
    readonly trustProxy: boolean
    /** Open pages that get live updates at once, in all and from one address. */
    readonly livePages: number
    readonly livePagesPerAddress: number
  }
  readonly p2p: {
    /** Address that both transports bind to. */
    readonly host: string
    /** 0 takes any free port. */
    readonly tcpPort: number
    /** 0 takes any free port. */
    readonly wsPort: number
    /** Multiaddrs to tell others instead of the ones listened on, e.g. behind a forwarded port. */
    readonly announce: readonly string[]
  }
  /** Open to other machines. Without it every socket binds to loopback. */
  readonly public: boolean
  readonly reachability: Reachability
  /** Finds other stages on the local network. */
  readonly mdns: boolean
  readonly dht: DhtMode
  /** Multiaddrs of stages to connect to at start. */
  readonly bootstrap: readonly string[]
  /** Most bytes of other communities' media kept on this machine. */
  readonly cacheCapBytes: number
  /** Whether that was said; else what the operator chose on the page stands above it. */
  readonly cacheCapGiven: boolean
  /** How often a page signs for what was played of a priced release, ms. */
  readonly streamIntervalMs: number
  /** Whether this community takes part in nettings: never, when its operator says so, or by itself where debts only shrink. */
  readonly netting: NettingMode
  /** Minor units of TEST/2, worth nothing, for which any stranger gets a line to try this stage with; 0: none does. */
  readonly testCredits: number
  readonly logLevel: LogLevel
  /** Ways out of the log beside the cash desk and voucher codes; none has to be there. */
  readonly rails: { readonly evm: EvmRailSettings | null }
  /** Where the federation's stakes are read; null: from charters that its communities signed. */
  readonly registry: ChainRegistrySettings | null
}
