import { globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/* The arrows between the parts, as docs/architecture.md draws them. */

const project = join(import.meta.dirname, '../../..')
const scope = '@vpc-bridge/'

/** What each package may import: another package, or one entry of it. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  step: [],
  runtime: [],
  standalone: [],
  debian: [],
  ip: [],
  kernel: ['ip', 'runtime', 'step'],
  iproute2: ['ip', 'kernel', 'runtime'],
  rtnetlink: ['ip', 'kernel', 'runtime'],
  address: ['ip', 'kernel', 'step'],
  link: ['ip', 'kernel', 'step'],
  route: ['ip', 'kernel', 'step'],
  sysctl: ['ip', 'kernel', 'step'],
  netns: ['ip', 'kernel', 'runtime', 'step'],
  // Words for nft(8), which two step packages speak.
  nft: ['kernel', 'runtime'],
  'mac-nat': ['ip', 'kernel', 'nft', 'runtime', 'step'],
  masquerade: ['ip', 'kernel', 'nft', 'runtime', 'step'],
  cni: ['ip', 'kernel/ip', 'runtime'],
  config: ['cni', 'ip', 'kernel/ip'],
  plugin: ['address', 'cni', 'config', 'ip', 'kernel', 'link', 'netns', 'route', 'runtime', 'step', 'sysctl'],
  // Of those that change the kernel only their words: each change is told as an ip or nft command.
  cli: [
    'cni',
    'config',
    'ip',
    'iproute2/command-line',
    'kernel',
    'link',
    'mac-nat/nft',
    'masquerade/nft',
    'netns',
    'plugin',
    'runtime',
    'step',
  ],
  testing: ['cni', 'config', 'ip', 'kernel', 'plugin', 'runtime', 'step'],
  testbed: ['standalone'],
}

/** Packages whose sources know no plugin, none of vpc-bridge's modes, and no ENI. */
const general = [
  'plugin',
  'cli',
  'runtime',
  'step',
  'link',
  'address',
  'route',
  'sysctl',
  'netns',
  'nft',
  'mac-nat',
  'masquerade',
]
const special =
  /vpc[-_ /]?bridge|vpcBridge|vpc-eni|vpc-branch|\bptp\b|\b(ENI|eni)s?\b|\b[eE]ni[A-Z]|[a-z]Eni\b|\bL[23]\b|\bTAP mode/

/** The toolkit's tables of nftables begin with its name; networks of earlier versions have them. */
const nftTable = /nftables table of a .*: `vpc-bridge-|return `vpc-bridge-/

/** To be mended: the engine's types know each other, and a file of a general package knows of ENIs. */
const known = {
  circles: ['packages/plugin'],
  words: ['packages/plugin/src/card.ts'],
}

/** Where an app chooses its driver and its runtime. */
const programs = /\/src\/(main|node|standalone[\w-]*)\.ts$/
const chosen = /^(iproute2|rtnetlink|runtime\/(node|standalone))$/

const packages = readdirSync(join(project, 'packages'))
const apps = globSync(['apps/*', 'examples/*'], { cwd: project }).filter((name) => name !== 'apps/bench')

/** Returns the paths of a directory's sources in the project. */
function sourcesIn(directory: string): readonly string[] {
  return globSync(`${directory}/src/**/*.ts`, { cwd: project })
}

function textOf(file: string): string {
  return readFileSync(join(project, file), 'utf8')
}

/** Returns what a file imports, types too. */
function importsOf(file: string): readonly string[] {
  return ts.preProcessFile(textOf(file)).importedFiles.map(({ fileName }) => fileName)
}

/** Returns what a file imports of the project's packages: `kernel`, `kernel/ip`. */
function packagesIn(file: string): readonly string[] {
  return importsOf(file).flatMap((from) => (from.startsWith(scope) ? [from.slice(scope.length)] : []))
}

test.each(packages)('The package %s imports only what its arrows lead to.', (name) => {
  const allowed = arrows[name]
  const isAllowed = (from: string) => allowed?.some((each) => from === each || from.startsWith(`${each}/`))
  const wrong = sourcesIn(`packages/${name}`).flatMap((file) =>
    packagesIn(file).flatMap((from) => (isAllowed(from) ? [] : [`${file} imports ${from}`])),
  )
  expect(allowed).toBeDefined()
  expect(wrong).toEqual([])
})

test.each(apps)('Only a main file of %s chooses the driver and the runtime.', (name) => {
  const choosing = sourcesIn(name).filter((file) => packagesIn(file).some((from) => chosen.test(from)))
  expect(choosing.filter((file) => !programs.test(file))).toEqual([])
})

test.each(general.filter((name) => packages.includes(name)))('The package %s names no plugin, mode or ENI.', (name) => {
  const sources = sourcesIn(`packages/${name}`).filter((file) => !known.words.includes(file))
  const found = sources.flatMap((file) =>
    textOf(file)
      .replaceAll(scope, '')
      .split('\n')
      .filter((line) => special.test(line) && !nftTable.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})

const parts = [...packages.map((name) => `packages/${name}`), ...apps].filter((name) => !known.circles.includes(name))

test.each(parts)('No files of %s import each other.', (directory) => {
  const imports = new Map(
    sourcesIn(directory).map((file) => [
      file,
      importsOf(file).flatMap((from) => (from.startsWith('.') ? [join(dirname(file), from)] : [])),
    ]),
  )
  expect(circlesOf(imports)).toEqual([])
})

/** Returns a path round each circle that a walk over a graph meets. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>()
  const walk = (node: string, path: readonly string[]): readonly string[] => {
    const start = path.indexOf(node)
    if (start !== -1) return [[...path.slice(start), node].join(' → ')]
    if (done.has(node)) return []
    done.add(node)
    return (graph.get(node) ?? []).flatMap((next) => walk(next, [...path, node]))
  }
  return [...graph.keys()].flatMap((node) => walk(node, []))
}

test('A circle is found, whatever hangs on it.', () => {
  const graph = { a: ['b'], b: ['c', 'd'], c: ['b'], d: ['e'], e: [] }
  expect(circlesOf(new Map(Object.entries(graph)))).toEqual(['b → c → b'])
})
