/** What the build offers beside the language: modules by pattern (Vite, "Glob Import"). */
declare global {
  interface ImportMeta {
    glob<T>(pattern: string): Record<string, () => Promise<T>>
    glob<T>(pattern: string, options: { readonly eager: true; readonly import: 'default' }): Record<string, T>
  }
}

export {}
