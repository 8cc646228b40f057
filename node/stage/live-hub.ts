import type { LiveEvent } from '#protocols/api/v1/schemas.ts'

/** Hands live events to every page that listens. A listener that throws loses only its own event. */
export function createLiveHub(onError: (cause: unknown) => void) {
  const listeners = new Set<(event: LiveEvent) => void>()
  return {
    emit(event: LiveEvent): void {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (cause) {
          onError(cause)
        }
      }
    },
    on(listener: (event: LiveEvent) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type LiveHub = ReturnType<typeof createLiveHub>
