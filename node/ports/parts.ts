import type { Capability, PartsManifest, Place } from '#protocols/parts/v1/codec.ts'

export interface NewPart {
  readonly tag: string
  readonly version: string
  readonly title: string
  readonly place: Place
  readonly capabilities: readonly Capability[]
  /** The script as it was uploaded. */
  readonly code: Uint8Array
}

/** The parts that this stage's page is made of. Every change is signed and durable before it answers; `StageError` for a refusal. */
export interface Parts {
  manifest(): PartsManifest
  /** A first or next version; what was current becomes the newest of its history. */
  put(part: NewPart): Promise<PartsManifest>
  /** Makes the newest earlier version current again. */
  rollback(tag: string): Promise<PartsManifest>
  /** Of a guest part, or of a part of the page itself. */
  switch(tag: string, on: boolean): Promise<PartsManifest>
  remove(tag: string): Promise<PartsManifest>
  /** The script at an address of the manifest, checked against its integrity; null when there is none, or it was damaged. */
  code(tag: string, integrity: string): Promise<Uint8Array | null>
  onChange(listener: (manifest: PartsManifest) => void): () => void
}
