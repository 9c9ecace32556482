import { join } from 'node:path'
import { jsonSchema, keyTable } from '@vpc-bridge/config'
import { pluginDocuments, schemaValidator } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { vpcEni } from '../src/vpc-eni.ts'

/* To write schema.json and the list of keys in the README anew: vitest run --project unit FILE --update, with this file. */

const documents = pluginDocuments(join(import.meta.dirname, '..'), (id) => ({
  schema: jsonSchema(vpcEni.type, id, vpcEni.configuration),
  keys: keyTable(vpcEni.configuration),
}))

test.each(documents)('$name tells of the keys as they are.', async ({ path, content }) => {
  await expect(content).toMatchFileSnapshot(path)
})

const [{ content: schema = '' } = {}] = documents
const problemsOf = schemaValidator(JSON.parse(schema))
const sample = {
  cniVersion: '1.0.0',
  name: 'vpc',
  type: 'vpc-eni',
  eniName: 'eth1',
  eniIPAddresses: ['10.0.1.5/24'],
  gatewayIPAddresses: ['10.0.1.1'],
}

test('The schema takes a configuration.', () => {
  expect(problemsOf(sample)).toEqual([])
})

test.each<[string, object]>([
  ['no ENI', { eniName: undefined }],
  ['a text for a boolean', { opStateDown: 'yes' }],
  ['an address without prefix length', { eniIPAddresses: ['10.0.1.5'] }],
])('The schema refuses %s.', (_, changes) => {
  expect(problemsOf(JSON.parse(JSON.stringify({ ...sample, ...changes })))).not.toEqual([])
})
