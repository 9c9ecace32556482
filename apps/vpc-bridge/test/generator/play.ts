import { startGuest } from '../support/guest.ts'
import { execute, program } from '../support/runtime.ts'
import type { Change } from './changes.ts'
import { unanswered } from './echo.ts'
import { forgetNetwork, isEniUnknown, knownAtFirst, noteNetwork } from './known.ts'
import { createMachine, type Machine } from './machine.ts'
import { configIn, type KnownBy, type Mode, tapUser } from './modes.ts'
import { linesOf, stateOf } from './state.ts'
import type { Living, Story } from './story.ts'

/** A host with a network, one without to which the same happens, and what is known of both. */
export interface Play {
  readonly story: Story
  readonly machine: Machine
  readonly twin: Machine
  readonly end: () => Promise<void>
}

export async function begin(mode: Mode, by: KnownBy): Promise<Play> {
  const [machine, twin] = await Promise.all([createMachine(mode), createMachine(mode)])
  const story: Story = {
    ...knownAtFirst(mode, by),
    living: new Map(),
    unreachable: new Set(),
    others: new Set(),
    isBlocked: new Set(),
    lacksRoutes: false,
    isMaster: false,
    isBridgeDown: false,
    isEniAway: false,
    isTaken: false,
    count: 0,
  }
  const end = async () => {
    for (const { stop } of story.living.values()) await stop()
    for (const each of [machine, twin]) await each.destroy()
  }
  return { story, machine, twin, end }
}

/** Lets something happen, and looks what has become of the endpoints. */
export async function change(
  { story, machine, twin }: Scene & Partial<Play>,
  { everywhere, toNetwork, afterwards }: Change,
): Promise<void> {
  if (everywhere !== undefined) {
    await Promise.all([machine, twin].map((each) => each?.happen(everywhere(story), story)))
  }
  if (toNetwork !== undefined) await machine.happenAtBridge(toNetwork(story), story)
  afterwards?.(story)
  // In L2 the host's own address is on the bridge.
  const isHosts = story.mode.bridgeType === 'L2' && story.living.size > 0
  await lookAround({ story, machine }, (who) => who !== theHost || isHosts)
  const told = new Map<number, boolean>()
  for (const [host, { isDead }] of story.living) {
    if (!isDead) told.set(host, (await cni({ story, machine }, 'CHECK', host)).exitCode > 0)
  }
  const isTold = (who: string) =>
    [...told].some(([host, isIt]) => isIt && (who === theHost || who === addressOf(host))) ||
    // Without a container there is nothing to CHECK.
    (who === theHost && told.size === 0)
  const untold = [...story.unreachable].filter((who) => !isTold(who))
  if (untold.length === 0) return
  const stillUntold = (await unansweredIn({ story, machine }, patientMs)).filter(([who]) => untold.includes(who))
  if (stillUntold.length > 0) throw new Error(`CHECK does not tell why there is no answer: ${wordsOf(stillUntold)}`)
}

const theHost = 'the host'
const addressOf = (host: number) => `192.168.1.${host}`
const wordsOf = (missing: readonly Unanswered[]) => missing.map((each) => each.join(' from ')).join(', ')

/** Something is taken from one endpoint alone. */
export async function hurt({ story, machine }: Play, host: number, { script, dies = false }: Harm): Promise<void> {
  const endpoint = story.living.get(host)
  if (endpoint === undefined) return
  endpoint.isHurt = true
  endpoint.isDead = dies
  if (dies) await endpoint.stop()
  const veth = JSON.stringify(endpoint.result).match(/veth[0-9a-f]{11}/)?.[0] ?? ''
  await machine.happenAtBridge(
    `VETH=${veth}; CONTAINER=${endpoint.netns.split('/').at(-1)}; ADDRESS=192.168.1.${host}\n${script}`,
    story,
  )
  await change({ story, machine }, { name: script })
}

/** What happens to a single endpoint. */
export interface Harm {
  readonly script: string
  /** Whether its container is gone then. */
  readonly dies?: boolean
}

type Scene = Pick<Play, 'story' | 'machine'>

/** Executes a command for the endpoint of an address. */
function cni(
  { story, machine }: Scene,
  command: 'ADD' | 'DEL' | 'CHECK' | 'STATUS' | 'GC',
  host: number,
  changes: object = {},
) {
  const { mode, by, living } = story
  const endpoint = living.get(host)
  const config = {
    ...configIn(mode, { by, away: machine.away, host }),
    ...(endpoint === undefined ? {} : { prevResult: endpoint.result }),
    ...changes,
  }
  const identity = endpoint === undefined ? {} : { netns: endpoint.netns, containerId: endpoint.containerId }
  return execute(program, machine.host, { command, ifName: 'eth0', ...identity, config })
}

/** Connects a container, if STATUS says that it can be; else the ADD must fail, and change nothing. */
export async function add(play: Play, host: number): Promise<void> {
  const { story, machine, twin } = play
  const { living, mode } = story
  story.count += 1
  const containerId = `container-${story.count}`
  const netns = await machine.addContainer(`c${story.count}`)
  const status = await cni(play, 'STATUS', host)
  const before = status.exitCode === 0 ? [] : await linesOf(machine)
  const config = {
    netns,
    containerId,
    result: {},
    host,
    isHurt: false,
    isDead: false,
    speaksIn: netns,
    stop: async () => {},
  }
  living.set(host, config)
  const { exitCode, stdout } = await cni(play, 'ADD', host, { prevResult: undefined })
  if (exitCode !== 0) {
    living.delete(host)
    const { code, msg } = JSON.parse(stdout)
    if (status.exitCode === 0) throw new Error(`STATUS says that all is well, and ADD: ${stdout}`)
    if (story.isBlocked.size === 0 && !isEniUnknown(story, story.isTaken))
      throw new Error(`nothing is wrong, but ADD says: ${stdout}`)
    if (!(code > 0) || msg === '') throw new Error(`ADD does not say what is wrong: ${stdout}`)
    expectSame(before, await linesOf(machine), 'an ADD that failed has changed something')
    await machine.removeContainer(`c${story.count}`)
  } else {
    if (status.exitCode !== 0) throw new Error(`ADD works, but STATUS said: ${status.stdout}`)
    if (!story.isUp) await twin.happen('ip link set $ENI up', story)
    noteNetwork(story)
    story.isBridgeDown = false
    story.isEniAway = mode.isAway
    living.set(host, { ...config, result: JSON.parse(stdout), ...(await speaker(play, config, stdout)) })
    story.unreachable.clear()
  }
  await lookAround(play, (who) =>
    [...living.values()].some(({ host: each, isHurt }) => isHurt && addressOf(each) === who),
  )
  if (exitCode === 0) {
    for (const [other, { isHurt, isDead }] of living) {
      if (isHurt || isDead) continue
      const check = await cni(play, 'CHECK', other)
      if (check.exitCode !== 0)
        throw new Error(`an ADD has left what CHECK tells of 192.168.1.${other}: ${check.stdout}`)
    }
  }
}

/** Starts the virtual machine behind a TAP interface. */
async function speaker({ story, machine }: Scene, { netns, host }: Living, stdout: string): Promise<Partial<Living>> {
  if (!story.mode.isTap) return {}
  const { interfaces, ips } = JSON.parse(stdout)
  const speaksIn = await machine.addContainer(`m${story.count}`)
  const address = `192.168.1.${host}/24`
  const { stop } = await startGuest({
    container: netns,
    ifName: 'eth0',
    netns: speaksIn,
    mac: interfaces[ips[0].interface].mac,
    address,
    gateway: '192.168.1.1',
    user: tapUser,
  })
  return { speaksIn, stop }
}

/** Removes an endpoint, by a configuration that somebody may have changed meanwhile. */
export async function del(play: Play, host: number, changes: object): Promise<void> {
  const endpoint = play.story.living.get(host)
  const { exitCode, stdout } = await cni(play, 'DEL', host, changes)
  if (exitCode !== 0) throw new Error(`DEL of 192.168.1.${host}: ${stdout}`)
  await endpoint?.stop()
  play.story.living.delete(host)
  play.story.unreachable.delete(addressOf(host))
  forgetWithLast(play.story)
  await lookAround(play, () => false)
}

/** Forgets of the network what is gone with its last endpoint; one whose container is gone keeps none. */
function forgetWithLast(story: Story): void {
  if ([...story.living.values()].some(({ isDead }) => !isDead)) return
  story.isEniAway = false
  story.isBridgeDown = false
  forgetNetwork(story)
}

/** Collects what is not valid: endpoints whose containers are gone. */
export async function gc(play: Play): Promise<void> {
  const { living, unreachable } = play.story
  const valid = [...living.values()].filter(({ isDead }) => !isDead)
  const attachments = valid.map(({ containerId }) => ({ containerID: containerId, ifname: 'eth0' }))
  const { exitCode, stdout } = await cni(play, 'GC', 43, { 'cni.dev/valid-attachments': attachments })
  if (exitCode !== 0) throw new Error(`GC: ${stdout}`)
  for (const [host, { isDead, stop }] of living) {
    if (!isDead) continue
    await stop()
    living.delete(host)
    unreachable.delete(addressOf(host))
  }
  forgetWithLast(play.story)
  await lookAround(play, () => false)
}

/**
 * Sends packets by every living endpoint and by the links of others, and looks for what others have made.
 *
 * @param mayBeUnreachable whether that is no fault of the program; what was unreachable before may be so
 */
async function lookAround(scene: Scene, mayBeUnreachable: (who: string) => boolean): Promise<void> {
  const { story, machine } = scene
  const { unreachable } = story
  const isFault = ([who]: Unanswered) => !unreachable.has(who) && !mayBeUnreachable(who)
  const failed = await unansweredIn(scene, usualMs)
  // On a busy machine an answer may take its time.
  const faults = failed.some(isFault) ? (await unansweredIn(scene, patientMs)).filter(isFault) : []
  if (faults.length > 0) throw new Error(`no answer: ${wordsOf(faults)}`)
  const made = [...story.others].filter((each) => !(story.lacksRoutes && (each === 'address' || each === 'route')))
  const asked = made.map((each) => `${madeBy[each]} || echo ${each}`)
  const lost = asked.length === 0 ? '' : await machine.happen([...asked, 'true'].join('\n'), story)
  if (lost !== '') throw new Error(`others have lost: ${lost}`)
  unreachable.clear()
  for (const [who] of failed) unreachable.add(who)
}

/** Who got no answer, and from whom. */
type Unanswered = readonly [who: string, whom: string]

/** How long to wait for answers, in milliseconds: as usual, and on a busy machine. */
const usualMs = 300
const patientMs = 5000

async function unansweredIn({ story, machine }: Scene, timeoutMs: number): Promise<readonly Unanswered[]> {
  const { living, mode } = story
  const way = mode.hasSecondEni || !story.lacksRoutes
  const endpoints = [...living.values()].filter(({ isDead }) => !isDead)
  const site = story.isEniAway ? machine.away : machine.host
  const echoes = [
    ...endpoints.flatMap(({ speaksIn, host }) => {
      const targets = ['192.168.1.1', ...(way ? ['10.1.0.2'] : [])]
      // Who switches an ENI off takes its addresses of IPv6, too.
      const inet6 = mode.isDualStack && !story.lacksRoutes ? ['fd00:1::1', 'fd00:2::2'] : []
      const own = addressOf(host)
      return [
        ...[...targets, ...inet6].map((to) => ({ who: own, from: speaksIn, to })),
        ...(way ? [{ who: own, from: machine.beyond, to: own }] : []),
      ]
    }),
    { who: 'others', from: machine.host, to: '172.17.0.2' },
    ...(story.isUp && !story.isMaster && !story.lacksRoutes ? [{ who: theHost, from: site, to: '192.168.1.1' }] : []),
  ]
  return (await unanswered(echoes, timeoutMs)).map(({ who, to }) => [who, to] as const)
}

/** Asks for what others have made. */
const madeBy = {
  altname: 'ip link show $ENI | grep -q eni-0fd505464293be38a',
  macvlan: 'ip link show m1 >/dev/null',
  address: 'ip address | grep -q 10.66.0.1/24',
  route: 'ip route | grep -q 10.77.0.0/16',
} as const

function expectSame(before: unknown, after: unknown, what: string): void {
  const [one, other] = [before, after].map((each) => JSON.stringify(each, undefined, 1).split('\n'))
  if (one === undefined || other === undefined || one.join() === other.join()) return
  const lost = one.filter((line) => !other.includes(line)).map((line) => `- ${line}`)
  const added = other.filter((line) => !one.includes(line)).map((line) => `+ ${line}`)
  // The same lines, of which some are there more often, or elsewhere.
  const moved = one.flatMap((line, n) => (line === other[n] ? [] : [`${n}: ${line} | ${other[n]}`])).slice(0, 8)
  throw new Error([what, ...lost, ...added, ...(lost.length + added.length === 0 ? moved : [])].join('\n'))
}

/** Nothing tells any more how settings of the ENI were: they stay as they are. */
async function forget({ story, machine, twin }: Play): Promise<void> {
  const settings = ['ipv4/conf/$ENI/forwarding', 'ipv6/conf/$ENI/forwarding', 'ipv6/conf/$ENI/accept_ra']
  const script = settings.map((each) => `echo 0 >/proc/sys/net/${each}`).join('\n')
  for (const each of [machine, twin]) await each.happen(script, story)
}

/** Removes everything; then nothing is left but what others have made. */
export async function finish(play: Play): Promise<void> {
  const { story, machine, twin } = play
  for (const host of [...story.living.keys()]) await del(play, host, {})
  for (const each of [machine, twin]) await each.happen('configure $ENI', story)
  if (story.hasLostRecord) await forget(play)
  expectSame(await stateOf(twin), await stateOf(machine), 'DEL of all has left something')
}
