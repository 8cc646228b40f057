import type { CheckResult, ConformanceResult } from '#protocols/conformance/v1/codec.ts'

/** One stream to the stage under test, as raw as a check needs it. */
export interface TestStream {
  /** The next frame; null when the stage closed in good order. Throws when it reset the stream, or sent nothing for long. */
  read(): Promise<Uint8Array | null>
  /** One frame behind its length prefix, of any size. */
  write(frame: Uint8Array): Promise<void>
  /** Bytes as they are, without a length prefix. */
  raw(bytes: Uint8Array): void
  /** Closes this side. */
  close(): Promise<void>
  drop(): void
}

/** One connection to the stage under test, under a key of its own. */
export interface TestCall {
  /** Key of the caller, 32 bytes, and of the stage that the connection proved. */
  readonly key: Uint8Array
  readonly stage: Uint8Array
  sign(message: Uint8Array): Uint8Array
  /** Throws when the stage does not speak the protocol, or refuses the stream. */
  open(protocol: string): Promise<TestStream>
  /** Whether the stage has subscribed to this gossipsub topic, as far as it told. */
  follows(topic: string): boolean
  /** Whether the connection stands. */
  isOpen(): boolean
  hangUp(): Promise<void>
}

/** Reaches the stage under test. Throws `StageError` 'peer-unreachable' or 'bad-address'. */
export interface TestDialer {
  /** A new connection by a key that nobody has seen before. */
  call(): Promise<TestCall>
  /** The same, but by this key. */
  callAs(seed: Uint8Array): Promise<TestCall>
  stop(): Promise<void>
}

/** What `bandstand conformance` prints, and the signed result as it travels. */
export interface ConformanceReport {
  readonly stage: string
  readonly checker: string
  readonly software: string
  readonly checks: readonly (CheckResult & { readonly about: string })[]
  readonly result: Uint8Array
}

/** Results about this stage that its operator shows to others, newest first. */
export interface PublishedResults {
  list(): readonly ConformanceResult[]
  /** Signs and keeps a result. Throws `StageError` 'bad-request', 'bad-signature', 'not-for-you' or 'disk-full'. */
  publish(bytes: Uint8Array): Promise<ConformanceResult>
}
