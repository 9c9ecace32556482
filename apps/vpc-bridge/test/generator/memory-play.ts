import type { Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath, hostVethName } from '@vpc-bridge/plugin'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { errors } from '../../src/failure.ts'
import { vpcBridge } from '../../src/vpc-bridge.ts'
import { configured } from '../support/attachment.ts'
import { clock } from '../support/clock.ts'
import { createMemoryHost, type MemoryHost } from '../support/memory-host.ts'
import { addSecondEni } from '../support/second-eni-host.ts'
import { comparableState } from '../support/states.ts'
import { drifts, perform } from '../support/two-endpoints.ts'
import { type Attachment, add as addEndpoint, checkEndpoint, del as delEndpoint } from '../support/walks.ts'
import { forgetNetwork, isEniUnknown, knownAtFirst, noteNetwork } from './known.ts'
import type { MemoryChange, MemoryMachine, MemoryStory } from './memory-changes.ts'
import { configIn, hosts, type KnownBy, type Mode } from './modes.ts'

/** A host in memory with a network, one without to which the same happens, and what is known of both. */
export interface MemoryPlay {
  readonly story: MemoryStory
  readonly machine: MemoryHost
  readonly twin: MemoryHost
}

export async function begin(mode: Mode, by: KnownBy): Promise<MemoryPlay> {
  const endpoints = { living: new Set<number>(), dead: new Set<number>(), hurt: new Set<number>() }
  const story: MemoryStory = {
    ...knownAtFirst(mode, by),
    ...endpoints,
    others: new Set(),
    lacksRules: false,
    lacksDummy: false,
  }
  return { story, machine: await hostIn(mode), twin: await hostIn(mode) }
}

async function hostIn({ hasSecondEni }: Mode): Promise<MemoryHost> {
  const machine = await createMemoryHost(createMemoryKernel(), hostPath)
  const { kernel, host } = machine
  for (const path of ['/away', ...hosts.map((number) => `/${number}`)]) kernel.addNetns(path)
  // An ADD with IPv6 switches it on for the whole host, which nobody takes back.
  const away = (await kernel.open('/away'))._unsafeUnwrap()
  for (const each of [host, away]) {
    await perform(each, { do: 'write sysctl', path: 'net/ipv6/conf/all/forwarding', value: '1' })
  }
  if (hasSecondEni) await addSecondEni(machine, hostPath)
  return machine
}

/** The machine, and the namespace that the ENI is in. */
async function locate({ kernel, host }: MemoryHost, { eni }: MemoryStory): Promise<MemoryMachine> {
  const away = (await kernel.open('/away'))._unsafeUnwrap()
  const isAway = (await away.link(eni))._unsafeUnwrap() !== undefined
  return { kernel, path: isAway ? '/away' : hostPath, site: isAway ? away : host }
}

/** The machine, and the namespace that bridges of ours are in. */
async function siteOf({ kernel, host }: MemoryHost, { mode }: MemoryStory): Promise<MemoryMachine> {
  const path = mode.isAway ? '/away' : hostPath
  return { kernel, path, site: mode.isAway ? (await kernel.open(path))._unsafeUnwrap() : host }
}

export async function change({ story, machine, twin }: MemoryPlay, each: MemoryChange): Promise<void> {
  const { everywhere, toNetwork, afterwards } = each
  if (everywhere !== undefined) for (const host of [machine, twin]) await everywhere(await locate(host, story), story)
  await toNetwork?.(await siteOf(machine, story), story)
  afterwards?.(story)
}

function configOf({ mode, by }: MemoryStory, number: number) {
  return configIn(mode, { by, away: '/away', host: number })
}

const identityOf = (number: number) => ({ containerId: `container-${number}`, ifName: 'eth0' })

function attachmentOf(story: MemoryStory, number: number): Attachment {
  return configured(configOf(story, number), { ...identityOf(number), netns: `/${number}` })
}

/** The plugin on a host, and a request that is about no endpoint, by the configuration of one. */
function pluginOn({ kernel }: MemoryHost, story: MemoryStory, number: number) {
  const plugin = vpcBridge.using({ kernel, clock, log: () => {}, interruption: () => async () => undefined })
  const shared = { cniVersion: '1.1.0', input: '', path: [], environment: {}, runtime: nodeRuntime() } as const
  return { plugin, request: { ...shared, document: configOf(story, number) } }
}

/** Connects a container, if STATUS says that it can be; else the ADD must fail, and change nothing. */
export async function add({ story, machine, twin }: MemoryPlay, number: number): Promise<void> {
  const { kernel, host } = machine
  const { living } = story
  const attachment = attachmentOf(story, number)
  const { plugin, request } = pluginOn(machine, story, number)
  const before = JSON.stringify(kernel.state())
  const told = await plugin.status(request)
  if (JSON.stringify(kernel.state()) !== before) throw new Error('STATUS changes something')
  const added = await addEndpoint(host, attachment, { clock })
  if (added.isErr()) {
    const reason = errors.describe(added.error)
    if (told.isOk()) throw new Error(`STATUS says that all is well, and ADD: ${reason}`)
    if (!story.others.has('bridge') && !isEniUnknown(story, story.others.has('name')))
      throw new Error(`nothing is wrong, but ADD says: ${reason}`)
    if (JSON.stringify(kernel.state()) !== before)
      throw new Error(`an ADD that failed has changed something: ${reason}`)
    return
  }
  if (told.isErr()) throw new Error(`ADD works, but STATUS said: ${told.error.msg}`)
  living.add(number)
  if (!story.isUp) await perform(twin.host, { do: 'set link', name: story.eni, set: { up: true } })
  noteNetwork(story)
  for (const other of living)
    if (!story.dead.has(other) && !story.hurt.has(other)) await expectWell(host, attachmentOf(story, other))
}

async function expectWell(host: Netns, attachment: Attachment): Promise<void> {
  const found = await drifts(host, attachment)
  if (found.length > 0)
    throw new Error(`an ADD has left what CHECK tells of ${attachment.containerId}: ${found.join('; ')}`)
}

/** Removes an endpoint, by a configuration that somebody may have changed meanwhile. */
export async function del({ story, machine }: MemoryPlay, number: number, edit: Partial<Attachment>): Promise<void> {
  const deleted = await delEndpoint(machine.host, { ...attachmentOf(story, number), ...edit }, { clock })
  if (deleted.isErr()) throw new Error(`DEL: ${errors.describe(deleted.error)}`)
  forget(story, machine, number)
}

function forget(story: MemoryStory, { kernel }: MemoryHost, number: number): void {
  if (story.dead.has(number)) kernel.addNetns(`/${number}`)
  for (const each of [story.living, story.dead, story.hurt]) each.delete(number)
  if ([...story.living].some((each) => !story.dead.has(each))) return
  forgetNetwork(story)
}

/** Checks every endpoint, which changes nothing. */
export async function check({ story, machine: { kernel, host } }: MemoryPlay): Promise<void> {
  const before = JSON.stringify(kernel.state())
  for (const number of story.living) await checkEndpoint(host, attachmentOf(story, number), () => true)
  if (JSON.stringify(kernel.state()) !== before) throw new Error('CHECK changes something')
}

/** Collects the endpoints that are not valid: those whose containers are gone, if not told. */
export async function gc({ story, machine }: MemoryPlay, valid = livingIn(story)): Promise<void> {
  const { plugin, request } = pluginOn(machine, story, hosts[0])
  const collected = await plugin.gc({ ...request, validAttachments: valid.map(identityOf) })
  if (collected.isErr()) throw new Error(`GC: ${collected.error.msg}`)
  for (const number of [...story.living]) if (!valid.includes(number)) forget(story, machine, number)
}

function livingIn({ living, dead }: MemoryStory): readonly number[] {
  return [...living].filter((number) => !dead.has(number))
}

/** What happens to a single endpoint. */
export const harms: Readonly<Record<string, (machine: MemoryMachine, story: MemoryStory, number: number) => unknown>> =
  {
    'its end on the host is switched off': ({ site }, story, number) =>
      perform(site, { do: 'set link', name: hostVethName(attachmentOf(story, number)), set: { up: false } }),
    'its end on the host is taken off the bridge': ({ site }, story, number) =>
      perform(site, { do: 'set link', name: hostVethName(attachmentOf(story, number)), set: { master: null } }),
    'its end on the host is renamed': ({ kernel, path }, story, number) =>
      kernel.renameLink(path, hostVethName(attachmentOf(story, number)), `ve${number}`),
    'its container goes': ({ kernel }, { dead }, number) => {
      dead.add(number)
      kernel.removeNetns(`/${number}`)
    },
  }

export async function hurt({ story, machine }: MemoryPlay, number: number, harm: keyof typeof harms): Promise<void> {
  await harms[harm]?.(await siteOf(machine, story), story, number)
  story.hurt.add(number)
}

/** Removes everything; then nothing is left but what others have made. */
export async function finish(play: MemoryPlay): Promise<void> {
  const { story, machine, twin } = play
  for (const number of [...story.living]) await del(play, number, {})
  for (const { host } of [machine, twin]) {
    await perform(host, { do: 'set link', name: story.eni, set: { up: true } })
    // Nothing tells any more how they were.
    const settings = ['ipv4/conf/*/forwarding', 'ipv6/conf/*/forwarding', 'ipv6/conf/*/accept_ra']
    for (const each of story.hasLostRecord ? settings : []) {
      await perform(host, { do: 'write sysctl', path: `net/${each.replace('*', story.eni)}`, value: '0' })
    }
  }
  const [found, expected] = [machine, twin].map(comparable)
  if (found !== expected) throw new Error(`something is left:\n${found}\nand not\n${expected}`)
}

/**
 * The state of a host, to compare: containers go, and come again. A card that is renamed numbers the labels of the addresses that it has
 * then, which in L2 are on the bridge.
 */
function comparable(host: MemoryHost): string {
  return JSON.stringify(comparableState(host, /^\/\d+$|^label$/), undefined, 1)
}
