import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { OPERATOR_COOKIE } from './access.ts'
import type { App } from './options.ts'

/** Gives every shape of the API its name, so that the document refers to shapes instead of repeating them. */
function nameShapes(): void {
  for (const [id, schema] of Object.entries(api)) {
    if (schema instanceof z.ZodType) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
  }
}

export async function registerOpenApi(app: App, version: string): Promise<void> {
  nameShapes()
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
}
