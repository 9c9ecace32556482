import type { Netns, Operation } from '@vpc-bridge/kernel'
import type { MemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath } from '@vpc-bridge/plugin'
import { eniMac } from '@vpc-bridge/testbed'
import { perform } from '../support/two-endpoints.ts'
import {
  canLackBridge,
  hasNetwork,
  isKnownByMac,
  isL3,
  isOnHost,
  isTold,
  type Known,
  leavesNoRules,
  otherMac,
} from './known.ts'

/** A host in memory, and where its ENI is by now. */
export interface MemoryMachine {
  readonly kernel: MemoryKernel
  readonly path: string
  readonly site: Netns
}

/** What is known of a host in memory by what has happened to it. */
export interface MemoryStory extends Known {
  /** The numbers of the endpoints that exist. */
  readonly living: Set<number>
  /** Of those, whose containers are gone, and of which somebody has taken something. */
  readonly dead: Set<number>
  readonly hurt: Set<number>
  readonly others: Set<'VLAN' | 'address' | 'bridge' | 'name' | 'altname'>
}

/** What happens to a host while containers run. */
export interface MemoryChange {
  readonly name: string
  readonly applies?: (story: MemoryStory) => boolean
  /** Happens to the host, whether there is a network or not. */
  readonly everywhere?: (machine: MemoryMachine, story: MemoryStory) => unknown
  /** Happens to what the network has made. */
  readonly toNetwork?: (machine: MemoryMachine, story: MemoryStory) => unknown
  readonly afterwards?: (story: MemoryStory) => void
}

const set =
  (operation: (story: MemoryStory) => Operation) =>
  ({ site }: MemoryMachine, story: MemoryStory) =>
    perform(site, operation(story))

async function plug({ kernel }: MemoryMachine, name: string, { mac, others }: MemoryStory): Promise<void> {
  kernel.addPhysicalLink(hostPath, { name, mac, mtu: 9001 })
  const host = (await kernel.open(hostPath))._unsafeUnwrap()
  await perform(host, { do: 'set link', name, set: { up: true } })
  await perform(host, { do: 'add address', address: { dev: name, address: '192.168.1.42/24' } })
  if (others.has('address')) await perform(host, { do: 'add address', address: { dev: name, address: '10.66.0.1/24' } })
}

const ofCard: readonly MemoryChange[] = [
  ...['eth10', 'ens6'].map(
    (name): MemoryChange => ({
      name: `the ENI is renamed to ${name}`,
      // Of its name and its MAC address one has to stay for it to be known.
      applies: (story) =>
        story.eni !== name &&
        story.mac === eniMac &&
        !story.others.has('name') &&
        isKnownByMac(story) &&
        leavesNoRules(story, name),
      everywhere: ({ kernel, path }, { eni }) => kernel.renameLink(path, eni, name),
      afterwards: (story) => {
        story.eni = name
      },
    }),
  ),
  ...['eth10', 'ens6'].map(
    (name): MemoryChange => ({
      name: `the ENI is unplugged, and comes back as ${name}`,
      applies: (story) =>
        story.mac === eniMac &&
        !story.others.has('name') &&
        (story.eni === name || isKnownByMac(story)) &&
        isTold(story) &&
        leavesNoRules(story, name),
      everywhere: async (machine, story) => {
        machine.kernel.removePhysicalLink(machine.path, story.eni)
        await plug(machine, name, story)
      },
      afterwards: (story) => {
        story.eni = name
        story.hasNewIndex = hasNetwork(story)
        story.isUp = true
        for (const each of ['VLAN', 'bridge', 'altname'] as const) story.others.delete(each)
      },
    }),
  ),
  {
    name: 'the ENI gets another MAC address',
    applies: (story) =>
      story.eni === 'eth10' &&
      story.mac === eniMac &&
      !story.hasNewIndex &&
      !story.others.has('bridge') &&
      // Known, not mended: one has the former MAC address of its ENI, and is taken for it.
      !story.others.has('VLAN') &&
      (story.hasRecord ? story.madeOn === story.eni : !hasNetwork(story)),
    // Off and on, so that its link-local address follows at once.
    everywhere: ({ site }, { eni: name }) =>
      perform(
        site,
        { do: 'set link', name, set: { up: false } },
        { do: 'set link', name, set: { mac: otherMac } },
        { do: 'set link', name, set: { up: true } },
      ),
    afterwards: (story) => {
      story.mac = otherMac
      story.isUp = true
    },
  },
  {
    name: 'the ENI is switched off',
    applies: ({ isUp }) => isUp,
    everywhere: set(({ eni: name }) => ({ do: 'set link', name, set: { up: false } })),
    afterwards: (story) => {
      story.isUp = false
    },
  },
  {
    name: 'the ENI is switched on',
    applies: ({ isUp }) => !isUp,
    everywhere: set(({ eni: name }) => ({ do: 'set link', name, set: { up: true } })),
    afterwards: (story) => {
      story.isUp = true
    },
  },
  {
    name: 'the ENI gets an alternative name',
    applies: ({ others }) => !others.has('altname'),
    everywhere: set(({ eni: name }) => ({ do: 'add altname', name, altName: 'eni-0fd505464293be38a' })),
    afterwards: ({ others }) => others.add('altname'),
  },
]

const ofOthers: readonly MemoryChange[] = [
  {
    name: 'others make a VLAN on the ENI',
    applies: (story) => isOnHost(story) && !story.others.has('VLAN'),
    everywhere: ({ kernel, path }, { eni, mac }) =>
      kernel.addPhysicalLink(path, { name: 'v5', mac, mtu: 1500, parent: eni }),
    afterwards: ({ others }) => others.add('VLAN'),
  },
  {
    name: 'others remove their VLAN',
    applies: ({ others }) => others.has('VLAN'),
    everywhere: ({ kernel, path }) => kernel.removePhysicalLink(path, 'v5'),
    afterwards: ({ others }) => others.delete('VLAN'),
  },
  {
    name: 'others give the ENI an address',
    applies: (story) => isOnHost(story) && !story.others.has('address'),
    everywhere: set(({ eni: dev }) => ({ do: 'add address', address: { dev, address: '10.66.0.1/24' } })),
    afterwards: ({ others }) => others.add('address'),
  },
  {
    name: 'others make the ENI a part of their bridge',
    applies: (story) => isOnHost(story) && !story.others.has('bridge'),
    everywhere: async ({ site }, { eni: name }) => {
      if ((await site.link('br-ex'))._unsafeUnwrap() === undefined) {
        await perform(site, { do: 'add link', link: { kind: 'bridge', name: 'br-ex', mac: '02:00:00:00:00:42' } })
      }
      await perform(site, { do: 'set link', name, set: { master: 'br-ex' } })
    },
    afterwards: ({ others }) => others.add('bridge'),
  },
  {
    name: 'others take the ENI off their bridge',
    applies: ({ others }) => others.has('bridge'),
    everywhere: set(({ eni: name }) => ({ do: 'set link', name, set: { master: null } })),
    afterwards: ({ others }) => others.delete('bridge'),
  },
  {
    name: 'another interface gets the first name of the ENI',
    applies: (story) =>
      isOnHost(story) &&
      story.eni !== 'eth10' &&
      !story.others.has('name') &&
      // Of a network without a record it is the name that tells.
      (story.hasRecord || !hasNetwork(story)),
    everywhere: ({ kernel, path }) => kernel.addPhysicalLink(path, { name: 'eth10', mac: '02:00:00:00:00:99' }),
    afterwards: ({ others }) => others.add('name'),
  },
  {
    name: 'the other interface of the first name of the ENI goes',
    applies: ({ others }) => others.has('name'),
    everywhere: ({ kernel, path }) => kernel.removePhysicalLink(path, 'eth10'),
    afterwards: ({ others }) => others.delete('name'),
  },
  ...['0', '1'].map(
    (value): MemoryChange => ({
      name: `forwarding of all interfaces is set to ${value}`,
      // Switched off, and on again by the next ADD, it stays on after the last DEL where the first ADD had found it on.
      applies: (story) => isOnHost(story) && (value === '1' || !hasNetwork(story)),
      everywhere: async ({ site }) => {
        const names = (await site.links())._unsafeUnwrap().map(({ name }) => name)
        const paths = ['all', 'default', ...names].map((name) => `net/ipv4/conf/${name}/forwarding`)
        for (const path of paths) await perform(site, { do: 'write sysctl', path, value })
      },
    }),
  ),
]

/** An operation on each bridge of ours. */
const onBridge =
  (operation: (name: string) => Operation) =>
  async ({ site }: MemoryMachine): Promise<void> => {
    for (const { name, kind } of (await site.links())._unsafeUnwrap()) {
      if (kind === 'bridge' && name.startsWith('vpcbr')) await perform(site, operation(name))
    }
  }

const ofNetwork: readonly MemoryChange[] = [
  {
    name: 'the bridge is switched off',
    applies: hasNetwork,
    toNetwork: onBridge((name) => ({ do: 'set link', name, set: { up: false } })),
  },
  {
    name: 'the bridge gets another MTU',
    applies: hasNetwork,
    toNetwork: onBridge((name) => ({ do: 'set link', name, set: { mtu: 1500 } })),
  },
  {
    name: 'the bridge is deleted',
    applies: (story) =>
      hasNetwork(story) &&
      story.eni === 'eth10' &&
      story.madeOn === 'eth10' &&
      story.mac === eniMac &&
      canLackBridge(story),
    toNetwork: async (machine, { mode, eni: dev, others }) => {
      await onBridge((name) => ({ do: 'delete link', name }))(machine)
      if (mode.bridgeType === 'L3') return
      // With a bridge of L2 go the addresses of the host: whoever configures it gives them again.
      for (const address of ['192.168.1.42/24', ...(others.has('address') ? ['10.66.0.1/24'] : [])]) {
        await machine.site.change({ do: 'add address', address: { dev, address } })
      }
    },
    afterwards: (story) => {
      story.hasRecord = false
      story.hasLostRecord = true
    },
  },
  {
    name: 'the dummy link is deleted',
    applies: (story) => hasNetwork(story) && isL3(story) && story.hasRecord,
    afterwards: (story) => {
      story.lacksDummy = true
    },
    toNetwork: async ({ site }) => {
      for (const { name, kind } of (await site.links())._unsafeUnwrap()) {
        if (kind === 'dummy') await perform(site, { do: 'delete link', name })
      }
    },
  },
  {
    name: 'the ENI is taken off the bridge',
    applies: (story) => hasNetwork(story) && !isL3(story) && !story.others.has('bridge'),
    toNetwork: async ({ site }, { eni: name }) => site.change({ do: 'set link', name, set: { master: null } }),
  },
  {
    name: 'all rules of the packet filter are flushed',
    applies: (story) => !isL3(story),
    toNetwork: async ({ site }, { eni: dev }) => site.change({ do: 'delete MAC translation', dev }),
  },
  {
    name: 'rules of others are deleted',
    // Known, not mended: once the bridge was deleted, they alone tell of its table.
    applies: (story) => story.mode.hasSecondEni && !story.hasLostRecord,
    afterwards: (story) => {
      story.lacksRules = isL3(story) && story.hasRecord
    },
    toNetwork: async ({ site }) => {
      for (const family of ['inet', 'inet6'] as const) {
        for (const { action, ...rule } of (await site.rules(family))._unsafeUnwrap()) {
          if (rule.priority < 4000 || rule.priority === 32766 || rule.priority === 32767 || action.do === 'other')
            continue
          await perform(site, { do: 'delete rule', rule: { ...rule, action } })
        }
      }
    },
  },
]

export const memoryChanges: readonly MemoryChange[] = [...ofCard, ...ofOthers, ...ofNetwork]
