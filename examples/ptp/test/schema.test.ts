import { join } from 'node:path'
import { jsonSchema, keyTable } from '@vpc-bridge/config'
import { pluginDocuments, schemaValidator } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { ptp } from '../src/ptp.ts'

/* To write schema.json and the list of keys in the README anew: vitest run --project unit FILE --update, with this file. */

const documents = pluginDocuments(join(import.meta.dirname, '..'), (id) => ({
  schema: jsonSchema(ptp.type, id, ptp.configuration),
  keys: keyTable(ptp.configuration),
}))

test.each(documents)('$name tells of the keys as they are.', async ({ path, content }) => {
  await expect(content).toMatchFileSnapshot(path)
})

const [{ content: schema = '' } = {}] = documents
const problemsOf = schemaValidator(JSON.parse(schema))
const sample = { cniVersion: '1.0.0', name: 'net', type: 'ptp', ipam: { type: 'host-local', subnet: '10.88.0.0/24' } }

test('The schema takes the configuration of the README.', () => {
  expect(problemsOf(sample)).toEqual([])
})

test.each([
  ['no name', { name: undefined }],
  ['no IPAM plugin', { ipam: undefined }],
  ['an MTU that is no number', { mtu: '1500' }],
])('The schema refuses %s.', (_, changes) => {
  expect(problemsOf(JSON.parse(JSON.stringify({ ...sample, ...changes })))).not.toEqual([])
})
