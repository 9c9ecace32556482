import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

/*
 * The arrows of docs/architecture.md: who may know of whom. Whatever only one plugin has stays in its app.
 */

const root = join(import.meta.dirname, '../../..')

/** The packages, layer by layer: each may depend on those of the layers before its own, and on no other of its own. */
const layers = [
  ['runtime', 'step', 'standalone', 'debian'],
  ['kernel', 'testbed'],
  ['rtnetlink', 'iproute2'],
  ['link', 'address', 'route', 'netns', 'mac-nat', 'cni'],
  ['config'],
  ['plugin'],
  ['cli', 'testing'],
]

/** Those that choose no driver: apps do. */
const withoutDrivers = ['link', 'address', 'route', 'netns', 'mac-nat', 'cni', 'config', 'plugin', 'testing']
const drivers = ['rtnetlink', 'iproute2']

const packages = readdirSync(join(root, 'packages'))

test.each(packages)('%s depends on packages of lower layers alone.', (name) => {
  const layer = layers.findIndex((each) => each.includes(name))
  expect(layer).toBeGreaterThanOrEqual(0)
  const lower = layers.slice(0, layer).flat()
  const allowed = withoutDrivers.includes(name) ? lower.filter((each) => !drivers.includes(each)) : lower
  expect(dependenciesOf(name).filter((each) => !allowed.includes(each))).toEqual([])
})

/** The words of a driver's commands, which need no driver. */
const wordsAlone = /^@vpc-bridge\/(?:iproute2\/command-line|mac-nat\/nft)$/

test('The command line takes no more of a driver than the words of its commands.', () => {
  const imports = sourcesOf('cli').flatMap(({ text }) => [...text.matchAll(/from '(@vpc-bridge\/[^']+)'/g)])
  const ofDrivers = imports.map(([, path = '']) => path).filter((path) => /\/(?:rtnetlink|iproute2|mac-nat)/.test(path))
  expect(ofDrivers.filter((path) => !wordsAlone.test(path))).toEqual([])
})

/** Names of plugins, of their modes, and of what their networks are made on. */
const own =
  /vpc-?bridge|vpcbr|vpc-eni|branch-eni|\bptp\b|\bENIs?\b|\b[Ee]ni[A-Z]\w*|\beni\b|\w+Eni\b|\bL[23]\b|bridgeType/

/** What stands there for a reason. */
const exceptions: Readonly<Record<string, RegExp>> = {
  // What containers of earlier versions are connected by has that name on their hosts.
  'packages/mac-nat/src/rules.ts': /vpc-bridge-(?:DEV|\$\{dev\})/,
  // Three plugins look for the interface that they share by name or MAC address.
  'packages/link/src/find-eni.ts': /./,
  'packages/link/src/index.ts': /find-eni/,
}

test.each(['plugin', 'cli', 'runtime', 'step', 'kernel', 'link', 'address', 'route', 'netns', 'mac-nat'])(
  '%s names no plugin, mode or ENI.',
  (name) => {
    const found = sourcesOf(name).flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, n) => {
        const isNamed = own.test(line.replaceAll(/@vpc-bridge\/(?:[\w-]+)?/g, ''))
        return isNamed && exceptions[file]?.test(line) !== true ? [`${file}:${n + 1}: ${line.trim()}`] : []
      }),
    )
    expect(found).toEqual([])
  },
)

function dependenciesOf(name: string): readonly string[] {
  const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
  )
  return Object.keys(manifest.dependencies ?? {})
    .filter((each) => each.startsWith('@vpc-bridge/'))
    .map((each) => each.slice('@vpc-bridge/'.length))
}

function sourcesOf(name: string): readonly { readonly file: string; readonly text: string }[] {
  const directory = join(root, 'packages', name, 'src')
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(directory, file))
    .map((file) => ({ file: relative(root, file), text: readFileSync(file, 'utf8') }))
}
