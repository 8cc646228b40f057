import Fastify from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { OPERATOR_COOKIE } from './access.ts'
import type { App } from './options.ts'
import { ZOD_SCHEMAS } from './zod-schemas.ts'

/** Gives every shape of the API its name, so that the document refers to shapes instead of repeating them. */
function nameShapes(): void {
  for (const [id, schema] of Object.entries(api)) {
    if (schema instanceof z.ZodType) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
  }
}

/**
 * Writes the OpenAPI 3.1 document of `routes`, mounted at `prefix`. The routes are declared a second time on a server that never
 * listens: the generator costs more to load than all routes together, and most stages are never asked for the document.
 */
export async function describeApi(
  routes: (app: App) => Promise<void>,
  { prefix, version }: { readonly prefix: string; readonly version: string },
): Promise<object> {
  nameShapes()
  const { default: swagger } = await import('@fastify/swagger')
  const app = Fastify({ schemaController: ZOD_SCHEMAS }) as unknown as App
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bandstand',
        version,
        description:
          'One stage of a community. Errors are Problem bodies. Live updates: GET /api/v1/live (server-sent events). ' +
          'Uploads: tus 1.0 at /api/v1/uploads. Media: GET /ipfs/{cid}/{path}.',
      },
      components: {
        securitySchemes: {
          operatorToken: { type: 'http', scheme: 'bearer' },
          operatorSession: { type: 'apiKey', in: 'cookie', name: OPERATOR_COOKIE },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(async scoped => routes(scoped as App), { prefix })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}
