import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { StageError } from '#node/errors.ts'
import { accepts } from './compress.ts'
import { contentType, isText } from './media-types.ts'
import type { App } from './options.ts'
import { sendProblem } from './problem.ts'

/** Below this, compression saves less than its headers cost. */
const COMPRESS_FROM_BYTES = 600
const BROTLI_QUALITY = 9
/** Vite writes a content hash into the names below this folder. */
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.\w+$/
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bandstand</title>
<p>The page of this stage is not built yet. Run <code>npm run build</code> in the folder of Bandstand, then reload.</p></html>`

interface PageFile {
  readonly type: string
  readonly etag: string
  readonly cache: string
  readonly bytes: Buffer
  /** Compresses on the first call, so that a stage starts at once; `null` where it would save nothing. */
  readonly encoded: ((coding: Coding) => Promise<Buffer>) | null
}

type Coding = 'br' | 'gzip'

/** The built page, read once at start: it is small, and every answer is then a copy from memory. */
export interface Page {
  readonly files: ReadonlyMap<string, PageFile>
  /** The document with what its first part needs, by the first word of the address; `''` is the page's front. */
  readonly documents: ReadonlyMap<string, PageFile>
  /** Names of its parts. */
  readonly parts: readonly string[]
  readonly csp: string
}

/** CSP source expressions for the inline scripts of a document (the import map): CSP3 2.3.1, `'sha256-...'`. */
export function inlineScriptHashes(html: string): string[] {
  const inline = html.matchAll(/<script\b(?![^>]*\ssrc\s*=)[^>]*>([\s\S]*?)<\/script\s*>/gi)
  return [...inline].map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`)
}

/** Parts that the import map of a built page names. */
const partNames = (html: string): string[] =>
  [...html.matchAll(/"@bandstand\/part\/([a-z][a-z0-9-]{0,31})":/g)].map(([, name]) => name!).sort()

/** The same, of a page that is not loaded yet. */
export const readPartNames = async (directory: string): Promise<string[]> =>
  partNames(await readFile(join(directory, 'index.html'), 'utf8').catch(() => ''))

/**
 * No string becomes markup, script or the address of one (Trusted Types, W3C), but through two policies: Lit's, for the templates in the
 * page's own code, and `bandstand` (`web/kit/own-script.ts`), for workers of this build.
 */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", 'trusted-types lit-html bandstand']

export function pagePolicy(html: string): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inlineScriptHashes(html)].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    ...TRUSTED_TYPES,
  ].join('; ')
}

/** The service worker asks this stage, and nobody else. */
const WORKER_POLICY =
  "default-src 'none'; connect-src 'self'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

function toPageFile(path: string, bytes: Buffer): PageFile {
  const type = contentType(path)
  return {
    type,
    bytes,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cache: HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    encoded: isText(type) && bytes.length >= COMPRESS_FROM_BYTES ? compressor(bytes) : null,
  }
}

function compressor(bytes: Buffer): (coding: Coding) => Promise<Buffer> {
  const made = new Map<Coding, Promise<Buffer>>()
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
  return coding => {
    const known = made.get(coding)
    if (known !== undefined) return known
    const making = coding === 'br' ? promisify(brotliCompress)(bytes, { params }) : promisify(gzip)(bytes)
    made.set(coding, making)
    return making
  }
}

/** Parts that are shown under another word than their own name. */
const WORD_OF_PART: Readonly<Record<string, string>> = { feed: '', guest: 'p' }

/**
 * The page is one document; which part it begins with follows from the address. Named in the document, the part is fetched together
 * with the shell, not after it.
 */
function documentsOf(html: string, files: ReadonlyMap<string, PageFile>): Map<string, PageFile> {
  const list = files.get('/preload.json')
  if (list === undefined) return new Map()
  const parts = JSON.parse(list.bytes.toString('utf8')) as Record<string, { url: string; integrity?: string }[]>
  return new Map(
    Object.entries(parts).map(([part, modules]) => {
      const links = modules.map(
        ({ url, integrity }) =>
          `<link rel="modulepreload" crossorigin href="${url}"${integrity === undefined ? '' : ` integrity="${integrity}"`}>`,
      )
      const document = html.replace('</head>', `${links.join('')}</head>`)
      return [WORD_OF_PART[part] ?? part, toPageFile('/index.html', Buffer.from(document))]
    }),
  )
}

export async function loadPage(directory: string): Promise<Page> {
  const files = new Map<string, PageFile>()
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(directory, file).split(sep).join('/')}`
    files.set(path, toPageFile(path, await readFile(file)))
  }
  if (!files.has('/index.html')) files.set('/index.html', toPageFile('/index.html', Buffer.from(NOT_BUILT)))
  const html = files.get('/index.html')!.bytes.toString('utf8')
  return { files, documents: documentsOf(html, files), csp: pagePolicy(html), parts: partNames(html) }
}

function chooseCoding(file: PageFile, accept: string): Coding | null {
  if (file.encoded === null) return null
  if (accepts(accept, 'br')) return 'br'
  return accepts(accept, 'gzip') ? 'gzip' : null
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0]!
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Whether an unknown path is a place inside the page (`/release/...`) rather than a missing file or API route. */
function isPlace(path: string): boolean {
  return !/^\/(?:api|ipfs)(?:\/|$)/.test(path) && extname(path) === ''
}

/** Of each document the newest in which the stage's language is said. */
const spoken = new WeakMap<PageFile, { readonly language: string; readonly file: PageFile }>()

/** The document, telling visitors who chose no language which one this stage speaks. */
function inLanguage(file: PageFile, language: string | null): PageFile {
  if (language === null) return file
  const known = spoken.get(file)
  if (known?.language === language) return known.file
  const html = file.bytes.toString('utf8').replace('<html lang="en"', `<html lang="en" data-language="${language}"`)
  const made = { language, file: toPageFile('/index.html', Buffer.from(html)) }
  spoken.set(file, made)
  return made.file
}

const documentFor = (page: Page, path: string): PageFile | undefined =>
  page.documents.get(path.split('/')[1] ?? '') ?? page.files.get('/index.html')

interface AboutDocuments {
  /** Of the page, for visitors who chose none. */
  readonly language: () => string | null
  /** Where the live events stand now. */
  readonly livePosition: () => string
  /** What the first part of a document reads: asked for together with its modules, not after them (RFC 8288, `rel=preload`). */
  readonly firstReads: (path: string) => Promise<readonly string[]>
}

/**
 * Serves the page for everything no other route took; a missing file or API route is a 404 Problem. A document says where the live
 * events stand, so that the page listens from there on.
 */
export function servePage(app: App, page: Page, about: AboutDocuments): void {
  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.url)
    const readable = request.method === 'GET' || request.method === 'HEAD'
    const exact = path === '/' ? undefined : page.files.get(path)
    const plain = exact ?? (isPlace(path) ? documentFor(page, path) : undefined)
    const file = plain?.type.startsWith('text/html') ? inLanguage(plain, about.language()) : plain
    if (!readable || file === undefined) {
      return sendProblem(
        new StageError('not-found', 'There is nothing at this address. Check the link.'),
        request,
        reply,
      )
    }
    const encoding = chooseCoding(file, String(request.headers['accept-encoding'] ?? ''))
    const etag = encoding === null ? file.etag : `${file.etag.slice(0, -1)}-${encoding}"`
    reply
      .header('content-type', file.type)
      .header('cache-control', file.cache)
      .header('etag', etag)
      .header('vary', 'accept-encoding')
    if (file.type.startsWith('text/html')) {
      reply.header('content-security-policy', page.csp).header('server-timing', `live;desc="${about.livePosition()}"`)
      const reads = await about.firstReads(path)
      if (reads.length > 0)
        reply.header('link', reads.map(url => `<${url}>; rel=preload; as=fetch; crossorigin`).join(', '))
    }
    if (path === '/sw.js') reply.header('content-security-policy', WORKER_POLICY)
    if (encoding !== null) reply.header('content-encoding', encoding)
    const seen = String(request.headers['if-none-match'] ?? '')
    if (seen.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)) return reply.code(304).send()
    return reply.send(encoding === null ? file.bytes : await file.encoded!(encoding))
  })
}
