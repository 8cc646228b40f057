import type { FastifyServerOptions } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'

/**
 * Checks requests and answers by zod. Given as factories, since Fastify else loads its own JSON-schema compilers at start;
 * the cast is there because Fastify's types know no other schemas than JSON's.
 */
export const ZOD_SCHEMAS = {
  compilersFactory: {
    buildValidator: () => validatorCompiler,
    buildSerializer: () => serializerCompiler,
  },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>
