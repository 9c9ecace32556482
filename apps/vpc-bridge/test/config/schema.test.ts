import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchema, keyTable } from '@vpc-bridge/config'
import { pluginDocuments, schemaValidator } from '@vpc-bridge/testbed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { experiment } from '../../src/cli/experiment.ts'
import { keys } from '../../src/config/keys.ts'
import { parseConfig } from '../../src/config/network-config.ts'
import { vpcBridge } from '../../src/vpc-bridge.ts'
import { config as seed } from '../support/runtime.ts'
import { refused } from './documents.ts'

/* To write schema.json and the list of keys in the README anew: vitest run --project unit FILE --update, with this file. */

const app = join(import.meta.dirname, '../..')
const documents = pluginDocuments(app, (id) => ({
  schema: jsonSchema(vpcBridge.type, id, vpcBridge.configuration),
  keys: keyTable(vpcBridge.configuration),
}))

test.each(documents)('$name tells of the keys as they are.', async ({ path, content }) => {
  await expect(content).toMatchFileSnapshot(path)
})

const [{ content: schema = '' } = {}] = documents
const problemsOf = schemaValidator(JSON.parse(schema))

/** Rules that no schema can tell of: they need arithmetic, or other values of the document. */
const beyondSchemas = [
  'a user that is nobody',
  'the subnet',
  'its broadcast',
  'loopback',
  'multicast',
  'an address twice',
  'an IPv6 gateway for IPv4',
  'itself as gateway',
  'no gateway that could be derived',
  'an IPv4 address in IPv6 form',
]

/** As the manifest of the DaemonSet has it, in a list. */
function deployed(): object {
  const manifest = readFileSync(join(app, 'deploy/daemonset.yaml'), 'utf8')
  const maps = parseAllDocuments(manifest).map((document) => document.toJS())
  const { data } = maps.find(({ kind }) => kind === 'ConfigMap')
  const { name, plugins } = JSON.parse(data['10-vpc.conflist'])
  return { ...plugins[0], name }
}

describe('The schema', () => {
  test.each([
    ['of the experiment', seed],
    ['of the command line', experiment.config],
    ['of the DaemonSet', deployed()],
    [
      'with every key',
      { ...seed, ipam: { type: 'host-local' }, mtu: 1500, dns: { search: ['a'] }, serviceCIDR: '10.0.0.0/8' },
    ],
    ['with addresses of the runtime', { ...seed, ipAddresses: undefined, capabilities: { ips: true } }],
    ['with keys that are left out', { ...seed, ipam: { type: '' }, mtu: 0, dns: null, tapUserID: '' }],
    ['with other keys', { ...seed, 'x.example/key': [1], prevResult: {} }],
  ])('takes the configuration %s.', (_, document) => {
    expect(problemsOf(document)).toEqual([])
  })

  test.each(refused)('refuses %s, where it can.', (name, changes) => {
    // A file has no keys without value.
    const document = JSON.parse(JSON.stringify({ ...seed, ...changes }))
    expect(problemsOf(document).length > 0).toBe(!beyondSchemas.includes(name))
  })

  test.each([
    ['no addresses', { ipAddresses: [] }],
    ['another plugin', { type: 'bridge' }],
    ['no plugin', { type: undefined }],
    ['an unknown version', { cniVersion: '2.0.0' }],
    ['the IPAM plugin dhcp', { ipam: { type: 'dhcp' } }],
    ['an IPAM plugin without type', { ipam: { subnet: '10.0.0.0/8' } }],
    ['an MTU that is too small', { mtu: 100 }],
  ])('refuses %s.', (_, changes) => {
    expect(problemsOf(JSON.parse(JSON.stringify({ ...seed, ...changes })))).not.toEqual([])
  })

  test('takes whatever an ADD takes.', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4().map((ip) => `${ip}/24`),
      fc.ipV6().map((ip) => `${ip}/64`),
      fc.stringMatching(/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/),
      fc.constantFrom('', 'L2', 'tap', 'eth0', '1000'),
    )
    const value = fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.constant(null), fc.integer({ max: 70_000 }))
    // What the runtime adds may take the place of what is wrong here.
    const names = keys.keys.map(({ name }) => name).filter((name) => name !== 'runtimeConfig' && name !== 'args')
    const changes = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), {
      selector: ([name]) => name,
      maxLength: 2,
    })
    let taken = 0
    fc.assert(
      fc.property(changes, (all) => {
        const document = { ...seed, ...Object.fromEntries(all) }
        if (parseConfig(document).isErr()) return
        taken += 1
        expect(problemsOf(document)).toEqual([])
      }),
      { numRuns: 200 },
    )
    expect(taken).toBeGreaterThan(20)
  })
})
