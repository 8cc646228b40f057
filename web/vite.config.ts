import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { defineConfig, type Plugin, type Rollup } from 'vite'

const web = import.meta.dirname
const KIT = '#web/kit/mod.ts'
/** Specifiers that stay bare in the output, so that every part, ours or not, meets the same copy. */
const SHARED = { lit: 'kit/lit.ts', '@bandstand/kit': 'kit/mod.ts' } as const
const LIT_MODULES = ['lit', 'lit/directives/live.js', 'lit/directives/ref.js', 'lit/directives/repeat.js']
const parts = readdirSync(join(web, 'parts'))

/** Who opens this part mostly came to press play: what makes sound is fetched with it. */
const WITH_SOUND = 'release'

/** Keeps the shared modules out of every other bundle, and names them and the parts in a native import map. */
function importMap(): Plugin {
  return {
    name: 'bandstand-import-map',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === KIT && importer !== undefined) return { id: '@bandstand/kit', external: true }
      const isVendor = importer?.endsWith('kit/lit.ts') === true || importer?.includes('/node_modules/') === true
      return LIT_MODULES.includes(id) && !isVendor ? { id, external: true } : null
    },
    // Parts bring no style sheets, so a dynamic import needs no help to preload them.
    load: id => (id.includes('vite/preload-helper') ? 'export const __vitePreload = load => load()' : null),
    writeBundle(options, bundle) {
      const urls = entryUrls(bundle)
      const url = (name: string) => `/${urls.get(name)}`
      const imports: Record<string, string> = { '@bandstand/kit': url('kit') }
      for (const name of LIT_MODULES) imports[name] = url('lit')
      for (const part of parts) imports[`@bandstand/part/${part}`] = url(`part-${part}`)
      const integrity: Record<string, string> = {}
      for (const path of new Set(Object.values(imports)))
        integrity[path] = `sha384-${createHash('sha384')
          .update(readFileSync(join(options.dir ?? '', path)))
          .digest('base64')}`
      const page = join(options.dir ?? '', 'index.html')
      const shell = ['lit', 'kit'].map(
        name => `<link rel="modulepreload" crossorigin href="${url(name)}" integrity="${integrity[url(name)]}">`,
      )
      // On a slow line every import that is only found in another module costs a round trip.
      const first = new Set(['index', 'kit', 'lit'].flatMap(name => [...importsOf(bundle, urls.get(name) ?? '')]))
      const preload = [...shell, ...[...first].map(file => `<link rel="modulepreload" crossorigin href="/${file}">`)]
      const engine = Object.values(bundle).flatMap(one =>
        one.type === 'chunk' && one.name === 'engine' ? [one.fileName] : [],
      )
      const ofParts = parts.map(part => {
        const file = urls.get(`part-${part}`) ?? ''
        const inner = [...importsOf(bundle, file), ...(part === WITH_SOUND ? engine : [])].filter(
          name => !first.has(name),
        )
        return [
          part,
          [{ url: `/${file}`, integrity: integrity[`/${file}`] }, ...inner.map(name => ({ url: `/${name}` }))],
        ]
      })
      writeFileSync(join(options.dir ?? '', 'preload.json'), JSON.stringify(Object.fromEntries(ofParts)))
      const map = `<script type="importmap">${JSON.stringify({ imports, integrity })}</script>`
      writeFileSync(page, readFileSync(page, 'utf8').replace('<!--import-map-->', [map, ...preload].join('\n    ')))
    },
  }
}

/**
 * Small modules that the shell shares with nearly every part. On a slow line a file costs a round trip, however small it is:
 * these come in one.
 */
const SHARED_MODULES =
  /[\\/]web[\\/](?:kit[\\/](?:words|format)|fan[\\/](?:encoding|keys|vault)|kept[\\/]kept)\.ts$|preload-helper/

/** Everything that a chunk imports before it runs, at whatever depth, apart from what the import map names. */
function importsOf(bundle: Rollup.OutputBundle, from: string): Set<string> {
  const found = new Set<string>()
  const add = (name: string): void => {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk') return
    for (const inner of chunk.imports)
      if (bundle[inner] !== undefined && !found.has(inner)) {
        found.add(inner)
        add(inner)
      }
  }
  add(from)
  return found
}

function entryUrls(bundle: Rollup.OutputBundle): Map<string, string> {
  const urls = new Map<string, string>()
  for (const file of Object.values(bundle))
    if (file.type === 'chunk' && file.isEntry) urls.set(file.name, file.fileName)
  return urls
}

/** What a phone on a slow line can be asked to fetch before it shows anything, bytes after gzip. */
const FIRST_LOAD_BYTES_MAX = 50_000
const FIRST_LOAD = ['index', 'lit', 'kit', 'part-feed']

/** Fails the build when the first load outgrows its budget. */
function budget(): Plugin {
  return {
    name: 'bandstand-budget',
    generateBundle(_options, bundle) {
      const chunks = new Map(
        Object.values(bundle).flatMap(file => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
      )
      const first = new Set<string>()
      const add = (name: string): void => {
        if (first.has(name)) return
        first.add(name)
        for (const inner of chunks.get(name)?.imports ?? []) if (chunks.has(inner)) add(inner)
      }
      for (const chunk of chunks.values()) if (FIRST_LOAD.includes(chunk.name)) add(chunk.fileName)
      const bytes = [...first].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0)
      if (bytes > FIRST_LOAD_BYTES_MAX)
        this.error(`the first load is ${bytes} bytes of JavaScript after gzip, above ${FIRST_LOAD_BYTES_MAX}`)
    },
  }
}

/** What a phone asks for when the page is put on its home screen; names stay, so that they can be asked for. */
const APP = {
  name: 'Bandstand',
  short_name: 'Bandstand',
  description: "A community's own stage: listen, talk, and pay its artists directly.",
  start_url: '/',
  display: 'standalone',
  background_color: '#131110',
  theme_color: '#141210',
  icons: [192, 512].map(size => ({
    src: `/icon-${size}.png`,
    sizes: `${size}x${size}`,
    type: 'image/png',
    purpose: 'any maskable',
  })),
}

/** Readers of tags and the like serve those who publish, which needs the stage anyway: nobody's phone keeps them. */
const FOR_FILES =
  /node_modules\/(?:music-metadata|@borewit|@tokenizer|content-type|debug|ieee754|media-typer|strtok3|token-types|uint8array-extras|win-guid|tus-js-client)\//
const onlyForFiles = (file: Rollup.OutputAsset | Rollup.OutputChunk): boolean =>
  file.type === 'chunk' && [...file.moduleIds, file.facadeModuleId ?? ''].every(id => id === '' || FOR_FILES.test(id))

/** Writes the web app manifest with its icons, and tells the service worker every file of the page. */
function offline(): Plugin {
  return {
    name: 'bandstand-offline',
    async writeBundle(options, bundle) {
      const dir = options.dir ?? ''
      writeFileSync(join(dir, 'manifest.webmanifest'), JSON.stringify(APP))
      const drawing = readFileSync(join(web, 'shell/icon.svg'))
      for (const size of [192, 512])
        writeFileSync(
          join(dir, `icon-${size}.png`),
          await sharp(drawing, { density: 600 }).resize(size).png().toBuffer(),
        )
      const files = Object.entries(bundle)
        .filter(([name, file]) => name.startsWith('assets/') && !onlyForFiles(file))
        .map(([name]) => `/${name}`)
      const file = join(dir, 'sw.js')
      const code = readFileSync(file, 'utf8')
      if (!code.includes('@bandstand-files')) throw new Error('the service worker has no place for the list of files')
      writeFileSync(file, code.replace('"@bandstand-files"', JSON.stringify(['/', ...files.sort()]).slice(1, -1)))
    },
  }
}

const TEMPLATES = new Set(['html', 'css', 'svg'])

interface Span {
  readonly start: number
  readonly end: number
}

/** Indentation in templates means nothing to the browser: it is left out of what is sent. */
function flatTemplates(): Plugin {
  return {
    name: 'bandstand-flat-templates',
    enforce: 'post',
    transform(code, id) {
      if (!id.startsWith(web) || !id.endsWith('.ts')) return null
      const spans: Span[] = []
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        const { type, tag, quasi } = node as { type?: string; tag?: { name?: string }; quasi?: { quasis: Span[] } }
        if (type === 'TaggedTemplateExpression' && TEMPLATES.has(tag?.name ?? '')) spans.push(...(quasi?.quasis ?? []))
        Object.values(node).forEach(walk)
      }
      walk(this.parse(code))
      let flat = code
      // From the end, so that earlier positions stay true.
      for (const { start, end } of spans.sort((a, b) => b.start - a.start))
        flat = flat.slice(0, start) + flat.slice(start, end).replace(/\s*\n\s*/g, ' ') + flat.slice(end)
      return { code: flat, map: null }
    },
  }
}

export default defineConfig({
  root: web,
  publicDir: false,
  plugins: [importMap(), flatTemplates(), offline(), budget()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Files must stay files: the page's policy allows no data: scripts, and the browser caches them by hash.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      preserveEntrySignatures: 'allow-extension',
      checks: { pluginTimings: false },
      // A worker answers for what lies beside it: its place is the top.
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'base', test: SHARED_MODULES }] },
      },
      input: {
        index: join(web, 'index.html'),
        sw: join(web, 'sw/sw.ts'),
        lit: join(web, SHARED.lit),
        kit: join(web, SHARED['@bandstand/kit']),
        ...Object.fromEntries(parts.map(name => [`part-${name}`, join(web, 'parts', name, `${name}.ts`)])),
      },
    },
  },
})
