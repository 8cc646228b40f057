import { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { CarRequest, DagScope } from './car.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import { parseEntityBytes } from './range.ts'

type GatewayFormat = 'content' | 'raw' | ({ readonly car: true; readonly contentType: string } & CarRequest)

export interface GatewayRequest {
  readonly root: CID
  readonly segments: readonly string[]
  /** Path as it was asked for, still percent-encoded: fit for headers. */
  readonly path: string
  readonly search: string
  readonly trailingSlash: boolean
  readonly format: GatewayFormat
  readonly filename: string | null
  readonly download: boolean
}

const bad = (message: string, path?: string) =>
  new StageError('bad-request', message, path === undefined ? {} : { path })

/** Parses `/ipfs/<cid>/<path>?...` and `Accept` (https://specs.ipfs.tech/http-gateways/). Throws 'bad-request'. */
export function parseGatewayRequest(url: string, accept: string): GatewayRequest {
  const [path = '', ...search] = url.split('?')
  const [cidText = '', ...encoded] = path.slice('/ipfs/'.length).split('/')
  const trailingSlash = encoded.at(-1) === ''
  const segments = encoded.filter(part => part !== '').map(decodeSegment)
  if (segments.length > GATEWAY_LIMITS.segmentsMax) throw bad('This path has more parts than any folder here.')
  const query = new URLSearchParams(search.join('?'))
  return {
    root: parseCid(cidText),
    segments,
    path,
    search: search.length === 0 ? '' : `?${search.join('?')}`,
    trailingSlash,
    format: negotiate(query, accept),
    filename: query.get('filename'),
    download: query.get('download') === 'true',
  }
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw bad('A "%" in this address is not followed by two hexadecimal digits. Check the link.')
  }
}

function parseCid(text: string): CID {
  try {
    return CID.parse(text)
  } catch {
    throw bad('What follows /ipfs/ is not a content identifier (CID). Check the link.', 'cid')
  }
}

const RAW_TYPE = 'application/vnd.ipld.raw'
const CAR_TYPE = 'application/vnd.ipld.car'

function negotiate(query: URLSearchParams, accept: string): GatewayFormat {
  const wanted = accept.split(',').map(item => item.trim().split(/\s*;\s*/))
  const format = query.get('format')
  const carParameters = wanted.find(([type]) => type === CAR_TYPE)
  if (format === 'raw') return 'raw'
  if (format === 'car') return carFormat(query, carParameters?.slice(1) ?? [])
  if (format !== null) throw bad('This stage serves the formats raw and car, or the content itself.', 'format')
  // The more specific wish wins over the browser's usual list only when it is there at all.
  if (carParameters !== undefined) return carFormat(query, carParameters.slice(1))
  return wanted.some(([type]) => type === RAW_TYPE) ? 'raw' : 'content'
}

function carFormat(query: URLSearchParams, parameters: readonly string[]): GatewayFormat {
  const accepted = new Map(parameters.map(item => item.split('=', 2).map(part => part.trim()) as [string, string]))
  const version = query.get('car-version') ?? accepted.get('version') ?? '1'
  if (version !== '1') throw bad('This stage writes version 1 of the CAR format.', 'car-version')
  const order = query.get('car-order') ?? accepted.get('order') ?? 'dfs'
  if (order !== 'dfs' && order !== 'unk') throw bad('The order of a CAR is dfs or unk.', 'car-order')
  const dups = query.get('car-dups') ?? accepted.get('dups') ?? 'n'
  if (dups !== 'y' && dups !== 'n') throw bad('Duplicate blocks in a CAR are y or n.', 'car-dups')
  const scope = query.get('dag-scope') ?? 'all'
  if (!['block', 'entity', 'all'].includes(scope)) throw bad('The scope is block, entity or all.', 'dag-scope')
  const text = query.get('entity-bytes')
  const bytes = text === null ? null : parseEntityBytes(text)
  if (text !== null && bytes === null) throw bad('Bytes of an entity are given as from:to, or from:*.', 'entity-bytes')
  return {
    car: true,
    contentType: `${CAR_TYPE}; version=1; order=dfs; dups=${dups}`,
    // A range of bytes is a part of one entity (IPIP-402).
    scope: bytes !== null && query.get('dag-scope') === null ? 'entity' : (scope as DagScope),
    bytes,
    duplicates: dups === 'y',
  }
}
