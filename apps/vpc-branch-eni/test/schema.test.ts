import { join } from 'node:path'
import { jsonSchema, keyTable } from '@vpc-bridge/config'
import { pluginDocuments, schemaValidator } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { vpcBranchEni } from '../src/vpc-branch-eni.ts'

/* To write schema.json and the list of keys in the README anew: vitest run --project unit FILE --update, with this file. */

const documents = pluginDocuments(join(import.meta.dirname, '..'), (id) => ({
  schema: jsonSchema(vpcBranchEni.type, id, vpcBranchEni.configuration),
  keys: keyTable(vpcBranchEni.configuration),
}))

test.each(documents)('$name tells of the keys as they are.', async ({ path, content }) => {
  await expect(content).toMatchFileSnapshot(path)
})

const [{ content: schema = '' } = {}] = documents
const problemsOf = schemaValidator(JSON.parse(schema))
const sample = {
  cniVersion: '1.0.0',
  name: 'vpc',
  type: 'vpc-branch-eni',
  trunkName: 'eth1',
  branchVlanID: '101',
  branchMACAddress: '02:00:00:00:01:01',
  ipAddresses: ['10.0.1.5/24'],
  uid: 1000,
}

test('The schema takes a configuration.', () => {
  expect(problemsOf(sample)).toEqual([])
})

test.each<[string, object]>([
  ['no trunk', { trunkName: '' }],
  ['another type of interface', { interfaceType: 'ipvlan' }],
  ['a number that no VLAN has', { branchVlanID: 4095 }],
])('The schema refuses %s.', (_, changes) => {
  expect(problemsOf(JSON.parse(JSON.stringify({ ...sample, ...changes })))).not.toEqual([])
})
