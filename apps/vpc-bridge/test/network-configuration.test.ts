import { configurationProblems } from '@vpc-bridge/cli'
import { describeProblem } from '@vpc-bridge/config'
import { describe, expect, test } from 'vitest'
import { additions } from '../src/cli/additions.ts'
import { vpcBridge } from '../src/vpc-bridge.ts'

const plugin = { type: 'vpc-bridge', eniName: 'eth10', ipam: { type: 'host-local' } }
const single = { cniVersion: '1.0.0', name: 'vpc', ...plugin }
const list = { cniVersion: '1.0.0', name: 'vpc', plugins: [plugin] }

/** What is said of a file. */
function said(name: string, content: unknown): readonly string[] {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const { problems } = vpcBridge.explore
  const installed = { type: 'vpc-bridge', problems, addressKey: additions.addressKey }
  return configurationProblems(name, text, installed).map(describeProblem)
}

describe('a network configuration is right', () => {
  test.each([
    ['a list with vpc-bridge alone', 'a.conflist', list],
    [
      'with others',
      'a.conflist',
      { ...list, plugins: [plugin, { type: 'portmap', capabilities: { portMappings: true } }] },
    ],
    [
      'with the runtime to add the addresses',
      'a.conflist',
      {
        ...list,
        plugins: [{ type: 'vpc-bridge', eniName: 'eth10', capabilities: { ips: true } }],
      },
    ],
    ['a single plugin', 'a.conf', single],
    ['a single plugin', 'a.json', single],
    [
      'a single plugin that states an address',
      'a.conf',
      { ...single, ipam: undefined, ipAddresses: ['192.168.1.43/24'] },
    ],
  ])('%s, in %s', (_, name, content) => {
    expect(said(name, content)).toEqual([])
  })
})

const versions = '0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0'

describe('a network configuration is wrong', () => {
  test.each([
    ['a.conflist', '', /^the configuration: found "", expected a JSON object$/],
    ['a.conflist', '{"name": "vpc",', /expected a JSON object$/],
    ['a.conflist', '[]', /^the configuration: found \[\], expected a JSON object$/],
    // Runtimes are written in Go, whose JSON has no byte order mark.
    ['a.conflist', `\ufeff${JSON.stringify(list)}`, /^the configuration: found "\\ufeff/],
    ['a.conflist', single, /^plugins is missing, expected a list with a plugin of the type "vpc-bridge"$/],
    ['a.conflist', { ...list, plugins: [] }, /^plugins: found \[\], expected a list with a plugin/],
    [
      'a.conflist',
      { ...list, plugins: [{ type: 'bridge' }] },
      /^plugins: found .*"bridge".*, expected a list with a plugin/,
    ],
    [
      'a.conflist',
      { ...list, plugins: [plugin, { name: 'portmap' }] },
      /^plugins\[1\]: found \{"name":"portmap"\}, expected an object with the type/,
    ],
    ['a.conflist', { ...list, plugins: [plugin, 'portmap'] }, /^plugins\[1\]: found "portmap", expected an object/],
    ['a.conflist', { ...list, plugins: [{ ...plugin, eniName: undefined }] }, /^plugins\[0\]\.eniName is missing/],
    ['a.conflist', { ...list, plugins: [{ ...plugin, ipam: undefined }] }, /^plugins\[0\]\.ipAddresses is missing/],
    [
      'a.conflist',
      { ...list, name: 'a network' },
      /^name: found "a network", expected the name of the network: letters/,
    ],
    ['a.conflist', { ...list, name: undefined, plugins: [{ ...plugin, name: 'vpc' }] }, /^name is missing/],
    ['a.conflist', { ...list, cniVersion: '2.0.0' }, `cniVersion: found "2.0.0", expected one of ${versions}`],
    ['a.conf', { ...single, cniVersion: undefined }, `cniVersion is missing, expected one of ${versions}`],
    ['a.conf', list, /^plugins: found .*, expected none: a list is for a file \*\.conflist$/],
    ['a.json', { ...single, type: 'bridge' }, 'type: found "bridge", expected "vpc-bridge"'],
    ['a.conf', { ...single, mtu: 100 }, /^mtu: found 100/],
  ])('%s: %j', (name, content, expected) => {
    expect(said(name, content)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)])
  })

  test('everything is said at once', () => {
    const wrong = { name: '', plugins: [{ type: 'vpc-bridge', mtu: 1 }, {}] }
    const where = said('a.conflist', wrong).map((line) => line.split(/ is |:/)[0])
    const own = ['name', 'plugins[0].eniName', 'plugins[0].ipAddresses', 'plugins[0].mtu', 'plugins[1]']
    expect(where).toEqual(['cniVersion', ...own])
  })
})
