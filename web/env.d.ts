/** What the build offers beside the language: modules by pattern (Vite, "Glob Import"). */
interface ImportMeta {
  glob<T>(pattern: string): Record<string, () => Promise<T>>
  glob<T>(
    pattern: string | readonly string[],
    options: { readonly eager: true; readonly import: 'default' },
  ): Record<string, T>
}

/** The address of a worker that is built on its own (Vite, "Web Workers"). */
declare module '*?worker&url' {
  const url: string
  export default url
}
