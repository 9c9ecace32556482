import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { failing, type Netns, record } from '@vpc-bridge/kernel'
import { type DefinedPlugin, hostPath } from '@vpc-bridge/plugin'
import { type Case, createTestHost, type TestHost } from './host.ts'
import { killedAfter } from './killable.ts'
import { singleChanges } from './single-changes.ts'

/** Something that every plugin must hold to. */
export interface Proof {
  /** A whole sentence. */
  readonly name: string
  /** Rejects with an AssertionError if it does not hold. */
  readonly run: () => Promise<void>
}

/**
 * Returns the proofs of a plugin: each starts with hosts in memory, and needs no privileges.
 *
 * ```ts
 * test.each(proofs(ptp, [{ name: 'IPv4', configuration: { ipam: { type: ipamType } } }]))('$name', ({ run }) => run())
 * ```
 */
export function proofs(plugin: DefinedPlugin, cases: readonly Case[]): readonly Proof[] {
  return cases.flatMap((each) =>
    Object.entries(claims).map(([claim, prove]) => ({
      name: `${each.name}: ${claim}.`,
      run: async () => prove(await createTestHost(plugin, each), () => createTestHost(plugin, each)),
    })),
  )
}

type Prove = (host: TestHost, another: () => Promise<TestHost>) => Promise<void>

const claims: Readonly<Record<string, Prove>> = {
  'After an ADD, CHECK is content; after its DEL nothing is left, nor reserved': async (host) => {
    const before = links(host)
    const result = await host.succeed('ADD')
    await host.succeed('CHECK', { keys: { prevResult: result } })
    await host.succeed('DEL')
    deepEqual(links(host), before)
    equal(host.ipam.reserved.size, 0)
  },

  'A DEL of what is gone succeeds: a second one, one without a namespace, one of what never was': async (host) => {
    const clean = await cleanState(host)
    await host.succeed('DEL', { containerId: 'c2' })
    await host.succeed('ADD')
    host.kernel.removeNetns('/c1')
    await host.succeed('DEL')
    await host.succeed('DEL')
    host.kernel.addNetns('/c1')
    deepEqual(withoutIds(host.kernel.state()), clean)
  },

  'An ADD that fails at any change leaves nothing, and gives its address back': async (host) => {
    const clean = await cleanState(host)
    const changes = await changesOf(host, 'ADD')
    await host.succeed('DEL')
    ok(changes.length > 0)
    for (const [index, change] of changes.entries()) {
      await host.fail('ADD', { kernel: hostOf(host, (netns) => failing(netns, index + 1)) })
      deepEqual(withoutIds(host.kernel.state()), clean, `failed at ${JSON.stringify(change)}`)
      equal(host.ipam.reserved.size, 0)
    }
  },

  'A DEL that fails at any change says so, and the next one removes the rest': async (host) => {
    const clean = await cleanState(host)
    await host.succeed('ADD')
    const changes = await changesOf(host, 'DEL')
    for (const [index, change] of changes.entries()) {
      await host.succeed('ADD')
      await host.fail('DEL', { kernel: hostOf(host, (netns) => failing(netns, index + 1, 'EBUSY')) })
      await host.succeed('DEL')
      deepEqual(withoutIds(host.kernel.state()), clean, `failed at ${JSON.stringify(change)}`)
    }
  },

  'After an ADD that is killed at any change, DEL leaves nothing, and the next ADD works': async (host) => {
    const clean = await cleanState(host)
    const changes = await changesOf(host, 'ADD')
    await host.succeed('DEL')
    for (const [index, change] of changes.entries()) {
      const { kernel, killed } = killedAfter(host.kernel, index + 1)
      await Promise.race([killed, host.execute('ADD', { kernel })])
      await host.succeed('DEL')
      deepEqual(withoutIds(host.kernel.state()), clean, `killed after ${JSON.stringify(change)}`)
      equal(host.ipam.reserved.size, 0)
      await host.succeed('ADD')
      await host.succeed('DEL')
    }
  },

  'CHECK finds each single change of what an ADD has made, and repairs none': async (host, another) => {
    const made = await changesOf(host, 'ADD')
    for (const change of singleChanges(made)) {
      const changed = await another()
      const prevResult = await changed.succeed('ADD')
      const unchanged = changed.kernel.state()
      ;(await (await changed.kernel.open(change.netns))._unsafeUnwrap().change(change.operation))._unsafeUnwrap()
      const before = changed.kernel.state()
      if (isDeepStrictEqual(before, unchanged)) continue
      const { exitCode, stdout } = await changed.execute('CHECK', { keys: { prevResult } })
      notEqual(exitCode, 0, `after ${JSON.stringify(change)} CHECK is content`)
      equal(JSON.parse(stdout).code, driftCode, stdout)
      deepEqual(changed.kernel.state(), before)
    }
  },

  'An ADD for a name that is taken is refused, and neither it nor its DEL touches what has the name': async (host) => {
    const container = (await host.kernel.open('/c1'))._unsafeUnwrap()
    ;(await container.change({ do: 'add link', link: { kind: 'bridge', name: 'eth0' } }))._unsafeUnwrap()
    const before = host.kernel.state()
    await host.fail('ADD')
    await host.succeed('DEL')
    deepEqual(host.kernel.state(), before)
    equal(host.ipam.reserved.size, 0)
  },

  'A repeated ADD is refused, and leaves the endpoint and its address alone': async (host) => {
    await host.succeed('ADD')
    const [before, reserved] = [host.kernel.state(), [...host.ipam.reserved]]
    await host.fail('ADD')
    deepEqual(host.kernel.state(), before)
    deepEqual([...host.ipam.reserved], reserved)
  },

  'Of several ADDs of one endpoint at a time one succeeds; ADDs of several all do': async (host) => {
    const clean = await cleanState(host)
    const same = await Promise.all([1, 2, 3].map(() => host.execute('ADD')))
    equal(same.filter(({ exitCode }) => exitCode === 0).length, 1)
    await host.succeed('DEL')
    const several = ['c1', 'c2', 'c3'].map((containerId) => ({ containerId }))
    const results = await Promise.all(several.map((each) => host.succeed('ADD', each)))
    for (const [index, prevResult] of results.entries())
      await host.succeed('CHECK', { ...several[index], keys: { prevResult } })
    await Promise.all(several.map((each) => host.succeed('DEL', each)))
    deepEqual(withoutIds(host.kernel.state()), clean)
  },

  'GC removes what is not among the valid attachments, and nothing else': async (host) => {
    const clean = await cleanState(host)
    const prevResult = await host.succeed('ADD')
    for (const containerId of ['c2', 'c3']) await host.succeed('ADD', { containerId })
    host.kernel.removeNetns('/c3')
    await host.succeed('GC', { keys: validAttachments([{ containerID: 'c1', ifname: 'eth0' }]) })
    await host.succeed('CHECK', { keys: { prevResult } })
    deepEqual([...host.ipam.reserved.keys()], host.ipam.reserved.size === 0 ? [] : ['c1/eth0'])
    const [kept, reserved] = [host.kernel.state(), [...host.ipam.reserved]]
    await host.succeed('GC')
    deepEqual([host.kernel.state(), [...host.ipam.reserved]], [kept, reserved])
    await host.succeed('GC', { keys: validAttachments(null) })
    host.kernel.addNetns('/c3')
    deepEqual(withoutIds(host.kernel.state()), clean)
    equal(host.ipam.reserved.size, 0)
  },
}

/** The code of the error of a CHECK that found a drift. */
const driftCode = 107

function validAttachments(list: readonly object[] | null) {
  return { 'cni.dev/valid-attachments': list }
}

/** Performs an ADD and its DEL, after which the machine's switches are as the plugin wants them; returns the state. */
async function cleanState(host: TestHost): Promise<unknown> {
  await host.succeed('ADD')
  await host.succeed('DEL')
  return withoutIds(host.kernel.state())
}

/** Performs a command, and returns the changes that it made. */
async function changesOf(host: TestHost, command: 'ADD' | 'DEL') {
  const { context, operations } = record(host.host)
  await host.succeed(command, { kernel: hostOf(host, () => context) })
  return operations
}

/** Returns the host's driver with another handle of the host's namespace. */
function hostOf({ kernel, host }: TestHost, wrap: (netns: Netns) => Netns) {
  const wrapped = wrap(host)
  return {
    open: (path: string) => wrapped.open(path).map((netns) => (path === hostPath ? wrapped : netns)),
    close: () => kernel.close(),
  }
}

/** Returns the links of every namespace, without their indexes. */
function links({ kernel }: TestHost): unknown {
  return JSON.parse(JSON.stringify(withoutIds(kernel.state()), (key, value) => (key === 'sysctls' ? undefined : value)))
}

/** What is made again, or was away, has another index, and another place in lists. */
function withoutIds(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state), (key, value) => {
    if (/^(index|peer|master|parent)$/.test(key)) return undefined
    return key === 'links' ? value.toSorted((one: Named, other: Named) => one.name.localeCompare(other.name)) : value
  })
}

interface Named {
  readonly name: string
}
