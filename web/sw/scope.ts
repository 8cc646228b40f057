/** The few things of a service worker that this one uses (W3C Service Workers); the DOM types of the page do not name them. */
interface LateEvent {
  waitUntil(work: Promise<unknown>): void
}

export interface FetchEvent extends LateEvent {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

export interface PushEvent extends LateEvent {
  readonly data: { json(): unknown } | null
}

export interface NotificationEvent extends LateEvent {
  readonly notification: { readonly data: unknown; close(): void }
}

export interface WindowClient {
  readonly url: string
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}

export interface WorkerClients {
  claim(): Promise<void>
  matchAll(options: {
    readonly type: 'window'
    readonly includeUncontrolled: boolean
  }): Promise<readonly WindowClient[]>
  openWindow(url: string): Promise<unknown>
}

interface WorkerScope {
  readonly location: Location
  readonly clients: WorkerClients
  readonly registration: { showNotification(title: string, options: NotificationOptions): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: LateEvent) => void): void
  addEventListener(type: 'push', listener: (event: PushEvent) => void): void
  addEventListener(type: 'notificationclick', listener: (event: NotificationEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
}

export const worker = globalThis as unknown as WorkerScope
