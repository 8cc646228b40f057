/** The one copy of Lit on the page: the import map points every `lit` specifier here. */
export * from 'lit'
export { live } from 'lit/directives/live.js'
export { createRef, ref } from 'lit/directives/ref.js'
export { repeat } from 'lit/directives/repeat.js'
