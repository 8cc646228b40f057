import type { FastifyRequest } from 'fastify'
import type { Context } from '../options.ts'

type Guard = (request: FastifyRequest) => Promise<void>

/** Hooks for `onRequest`: they run before any body is read. */
export function guards({ access }: Context): { readonly operator: Guard; readonly fan: Guard } {
  return {
    operator: async request => access.requireOperator(request),
    fan: async request => access.requireSameSite(request),
  }
}
