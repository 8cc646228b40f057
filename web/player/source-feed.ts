/** What was heard stays this long for a jump back, then makes room. */
const BEHIND_S = 60

/** Where appended media lies: moved by `offsetS`, and only what is between the two others is kept. Seconds. */
export interface Aim {
  readonly offsetS: number
  readonly fromS: number
  readonly toS: number
}

/** A source buffer whose steps follow each other. Media may come in pieces; what is left unfinished is forgotten by `aim`. */
export class SourceFeed {
  readonly #source: MediaSource
  readonly #buffer: SourceBuffer
  #unfinished = false

  constructor(source: MediaSource, mime: string) {
    this.#source = source
    this.#buffer = source.addSourceBuffer(mime)
  }

  /** Before every segment. */
  aim({ offsetS, fromS, toS }: Aim): void {
    const buffer = this.#buffer
    if (this.#unfinished && this.#source.readyState === 'open') buffer.abort()
    this.#unfinished = false
    buffer.appendWindowStart = 0
    buffer.appendWindowEnd = toS
    buffer.appendWindowStart = fromS
    buffer.timestampOffset = offsetS
  }

  /** One piece of a segment, or all of it. */
  async append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#unfinished = true
    this.#buffer.appendBuffer(bytes)
    await this.#settled()
  }

  /** The last piece was appended. */
  whole(): void {
    this.#unfinished = false
  }

  async makeRoom(nowS: number): Promise<void> {
    const { buffered } = this.#buffer
    const stale = nowS - BEHIND_S
    if (buffered.length > 0 && stale > buffered.start(0)) await this.remove(0, stale)
  }

  async remove(fromS: number, toS: number): Promise<void> {
    if (this.#unfinished && this.#source.readyState === 'open') this.#buffer.abort()
    this.#unfinished = false
    this.#buffer.remove(fromS, toS)
    await this.#settled()
  }

  /** The time line reaches at least so far. After `aim`, which opens a stream that had ended. */
  reach(endS: number): void {
    if (!(this.#source.duration >= endS)) this.#source.duration = endS
  }

  finish(): void {
    if (this.#source.readyState === 'open') this.#source.endOfStream()
  }

  #settled(): Promise<void> {
    const buffer = this.#buffer
    if (!buffer.updating) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const done = new AbortController()
      const finish = (act: () => void) => () => {
        done.abort()
        act()
      }
      const { signal } = done
      buffer.addEventListener('updateend', finish(resolve), { signal })
      const refused = () => reject(new TypeError('the browser refused the media'))
      buffer.addEventListener('error', finish(refused), { signal })
    })
  }
}
