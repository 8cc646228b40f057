import { html, svg } from 'lit'

const PATHS = {
  play: svg`<path d="M8 5.6v12.8a.8.8 0 0 0 1.2.7l10.2-6.4a.8.8 0 0 0 0-1.4L9.2 4.9a.8.8 0 0 0-1.2.7Z" fill="currentColor" stroke="none"/>`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.4"/>`,
  next: svg`<path d="M6 6v12l9-6-9-6Z" fill="currentColor"/><path d="M18 6v12"/>`,
  previous: svg`<path d="M18 6v12l-9-6 9-6Z" fill="currentColor"/><path d="M6 6v12"/>`,
  listen: svg`<path d="M4 14v-2a8 8 0 0 1 16 0v2"/><rect x="3" y="14" width="4.5" height="6" rx="1.6"/><rect x="16.5" y="14" width="4.5" height="6" rx="1.6"/>`,
  chat: svg`<path d="M4 5.5h16v11H11l-4.5 3.5v-3.5H4Z"/>`,
  polls: svg`<path d="M5 20v-7M12 20V4M19 20v-10" stroke-width="2.6"/>`,
  receipts: svg`<path d="M6 3h12v18l-3-2-3 2-3-2-3 2Z"/><path d="M9.5 8.5h5M9.5 12.5h5"/>`,
  studio: svg`<path d="M12 16V4m0 0L7.5 8.5M12 4l4.5 4.5"/><path d="M4 15v5h16v-5"/>`,
  desk: svg`<path d="M4 8h10M18 8h2M4 16h3M11 16h9"/><circle cx="16" cy="8" r="2"/><circle cx="9" cy="16" r="2"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>`,
  moon: svg`<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  close: svg`<path d="M6 6l12 12M18 6 6 18"/>`,
  copy: svg`<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8V4H4v12h4"/>`,
  send: svg`<path d="M4 12 20 4l-5 16-3.5-6.5Z"/>`,
  heart: svg`<path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10Z"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  volume: svg`<path d="M4 9.5v5h3.5L12 18V6L7.5 9.5ZM16 9a4.5 4.5 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"/>`,
  cloud: svg`<path d="M7 18a4 4 0 0 1-.5-8A5.5 5.5 0 0 1 17 9.2 4.4 4.4 0 0 1 17 18Z"/>`,
  back: svg`<path d="M14.5 5.5 8 12l6.5 6.5"/>`,
  shield: svg`<path d="M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6Z"/>`,
  queue: svg`<path d="M4 6.5h16M4 12h10M4 17.5h10M17.5 12.5v7l4-3.5Z"/>`,
  words: svg`<path d="M4 5.5h16v13H4Z"/><path d="M7.5 15h4M14 15h2.5M7.5 11.5h2.5M12.5 11.5h4"/>`,
  spinner: svg`<path d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5" class="spin"/>`,
}

export type IconName = keyof typeof PATHS

/** A decorative line icon, 1.25em; its meaning is always beside it in words or in a label. */
export const icon = (name: IconName) =>
  html`<svg
    class="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${PATHS[name]}
  </svg>`
