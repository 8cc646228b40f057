import { type CSSResult, LitElement, type PropertyValues } from 'lit'
import type * as api from '#protocols/api/v1/schemas.ts'
import { ApiError, type LiveData, type PartContext, type QueueTrack } from './context.ts'
import type { Store } from './store.ts'
import { shared } from './styles.ts'
import { t } from './words.ts'

export interface Toast {
  readonly message: string
  readonly tone: 'plain' | 'good' | 'bad'
}

export type Params = Readonly<Record<string, string>>

/** Parents make a new object on every render; only other contents are a change. */
export const paramsProperty = {
  attribute: false,
  hasChanged: (now: Params, before: Params | undefined): boolean =>
    before === undefined ||
    Object.keys(now).length !== Object.keys(before).length ||
    Object.entries(now).some(([name, value]) => before[name] !== value),
}

/** Base of every part: context in (`ctx`, `params`), events out (`bs-navigate`, `bs-toast`). */
export abstract class Part extends LitElement {
  static override properties = { ctx: { attribute: false }, params: paramsProperty }
  static override styles: CSSResult[] = shared

  declare ctx: PartContext
  declare params: Params
  #cleanups: (() => void)[] = []
  #toldMeanwhile = false

  constructor() {
    super()
    this.params = {}
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch(this.ctx.stage)
    this.watch(this.ctx.communities)
    this.watch(this.ctx.fan.identity)
    this.cleanup(this.ctx.live.onResync(() => void this.#read()))
    void this.#read()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#cleanups.splice(0)) stop()
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.hasUpdated && changed.has('params')) void this.#read()
  }

  /** Reads what the part shows: at the start, and again after a gap in the live events. */
  protected async load(): Promise<void> {}

  /** Read once more when something was told meanwhile: the answer may be older than that. */
  #read(): Promise<boolean> {
    return this.attempt(async () => {
      this.#toldMeanwhile = false
      await this.load()
      if (this.#toldMeanwhile) await this.load()
    }, isSilence)
  }

  protected cleanup(stop: () => void): void {
    this.#cleanups.push(stop)
  }

  /** Renders again whenever the store changes. */
  protected watch<T>(store: Store<T>): void {
    this.cleanup(store.subscribe(() => this.requestUpdate()))
  }

  protected on<K extends api.LiveEventName>(event: K, listener: (data: LiveData<K>) => void): void {
    const told = (data: LiveData<K>): void => {
      this.#toldMeanwhile = true
      listener(data)
    }
    this.cleanup(this.ctx.live.on(event, told))
  }

  protected navigate(path: string): void {
    this.dispatchEvent(new CustomEvent('bs-navigate', { detail: path, bubbles: true, composed: true }))
  }

  protected toast(message: string, tone: Toast['tone'] = 'plain'): void {
    this.dispatchEvent(new CustomEvent<Toast>('bs-toast', { detail: { message, tone }, bubbles: true, composed: true }))
  }

  /** Runs a task; a refusal becomes a toast with its sentence, unless it is said elsewhere. Answers whether it went well. */
  protected async attempt(task: () => Promise<unknown>, isSaid = (_: unknown): boolean => false): Promise<boolean> {
    try {
      await task()
      return true
    } catch (cause) {
      if (!isSaid(cause)) this.toast(sentenceOf(cause), 'bad')
      return false
    }
  }
}

/** Nobody asked for what a part reads by itself: the shell says that the stage is away, and the part reads again when it is back. */
const isSilence = (cause: unknown): boolean => cause instanceof ApiError && cause.code === 'unreachable'

/** The sentence a person reads for anything that was thrown. */
export function sentenceOf(cause: unknown): string {
  if (cause instanceof ApiError) return cause.message
  console.error(cause)
  return t`Something went wrong on this page. Reload it; nothing you sent is lost.`
}

/** Every track of a release as the player wants it. */
export const queueOf = (release: api.ReleaseDetail): QueueTrack[] =>
  release.tracks.map((info, index) => ({
    release: release.id,
    community: release.community,
    releaseTitle: release.title,
    cover: release.cover,
    index,
    info,
    releaseArtist: release.artist,
    price: release.price,
  }))

/** Defines an element once, also when its module is loaded a second time after a failure. */
export function define(tag: string, element: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, element)
}
