import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const docs = resolve(import.meta.dirname, '../../../docs')
const list = readFileSync(resolve(docs, 'field.md'), 'utf8')
const files = new Map([...list.matchAll(/^\[([^\]]+)\]: (.+)$/gm)].map(([, name, path]) => [name, path] as const))

test('each test that docs/field.md names exists', () => {
  const named = [...list.matchAll(/\[([\w-]+)\] “([^”]+)”/g)]
  expect(named.length).toBeGreaterThan(40)
  const missing = named.filter(([, file, title = '']) => {
    const path = files.get(file)
    return path === undefined || !readFileSync(resolve(docs, path), 'utf8').includes(title)
  })
  expect(missing.map(([text]) => text)).toEqual([])
})
