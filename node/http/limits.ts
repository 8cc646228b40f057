/** What one stage's HTTP side spends on strangers. Times in ms, sizes in bytes. */
export const HTTP_LIMITS = {
  /** JSON bodies: the largest is a signed envelope of 64 KiB in base64 (`SubmitEvent`). */
  bodyBytesMax: 128 * 1024,
  /** An archive of a whole community; larger ones are moved by peers. */
  importBytesMax: 64 * 1024 ** 3,
  /** One upload: an hour and a half of 24-bit 96 kHz stereo is 3.1 GB. */
  uploadBytesMax: 4 * 1024 ** 3,
  /** Left free on the disk by uploads, so that the databases can still write. */
  diskReserveBytes: 256 * 1024 ** 2,
  /** An upload nobody touched for so long is removed: resuming over a weekend works. */
  uploadStaleMs: 72 * 3600_000,
  uploadSweepMs: 3600_000,
  /** Slow senders of headers are dropped (slowloris). */
  headersTimeoutMs: 15_000,
  /** Slow senders of JSON bodies too; uploads and archives are exempt and bounded by `idleMs`. */
  bodyTimeoutMs: 20_000,
  /** A connection on which nothing moved. A paused player asks again with a range. */
  idleMs: 10 * 60_000,
  keepAliveMs: 65_000,
  connectionsMax: 2_000,
  headerBytesMax: 16 * 1024,
  paramCharsMax: 400,
  /** Requests a minute for one address; the operator of a loopback stage is exempt. */
  apiPerMinute: 1_200,
  /** A fan sends a few events a second at most; per-author rates are the intake's. */
  eventsPerMinute: 300,
  /** News for one address: a school behind one has many pages, and each asks when something happened. */
  noticesPerMinute: 300,
  /** A browser subscribes once, and again when its owner chooses other news. */
  pushPerMinute: 30,
  /** Ways to pay elsewhere: each question asks other stages, and keeps room on their credit lines for a minute. */
  quotesPerMinute: 120,
  /** Cards typed from one address. A secret has 80 bits: this is for whoever tries anyway. */
  codesPerMinute: 20,
  /** Answers drawn by chance, from one address: a device sends one a week. */
  surveysPerDay: 60,
  /** Steps with passkeys of one address: two or three each time, and a checked signature for some. */
  passkeysPerMinute: 60,
  /** Guessing 256 bits is hopeless; this keeps the log readable. */
  sessionPerMinute: 10,
  sessionMs: 30 * 24 * 3600_000,
  /** Gateway answers under way at once; each holds a block or two, the rest is in a shared, bounded cache. */
  gatewayOpenMax: 512,
  /** A page asks for a few files at once; a school behind one address has a few pages. */
  gatewayOpenPerAddress: 128,
  liveClientsMax: 1_000,
  liveClientsPerAddress: 100,
  /** Unsent live data of one slow reader, after which it is dropped and told to come back. */
  liveQueueBytes: 256 * 1024,
  liveHeartbeatMs: 20_000,
  liveRetryMs: 3_000,
  /** Recent live events kept for readers that reconnect. */
  liveReplayEvents: 256,
} as const

export type HttpLimits = { readonly [K in keyof typeof HTTP_LIMITS]: number }
