import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as api from '#protocols/api/v1/schemas.ts'
import { checkReceipt } from '#web/verify/check.ts'

const FILE = join(import.meta.dirname, '../../protocols/api/v1/vectors.json')
const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  cases: { shape: string; name: string; value: unknown; valid: boolean }[]
}
const shapes = new Map(Object.entries(api).filter(([, shape]) => shape instanceof z.ZodType) as [string, z.ZodType][])

describe('published vectors of HTTP version 1', () => {
  test.each(cases)('$shape, $name: valid is $valid', ({ shape, value, valid }) => {
    expect(shapes.get(shape)?.safeParse(value).success).toBe(valid)
  })

  test.each(cases.filter(({ shape, valid }) => shape === 'ReceiptProof' && valid))('$name', ({ value }) => {
    const steps = checkReceipt(value as api.ReceiptProof)
    expect(steps.filter(step => !step.good)).toEqual([])
    expect(steps.length).toBeGreaterThan(3)
  })
})
