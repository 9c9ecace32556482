import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { createScratch, inside, output, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nftForwardFilter } from '../src/index.ts'

const filter = nftForwardFilter(nodeRuntime())
let scratch: Scratch

beforeAll(async () => {
  scratch = await createScratch('forward-filter')
})
afterEach(() => scratch.clear())
afterAll(() => scratch.destroy())

const ofIptables = { by: 'nft', family: 'ip', table: 'filter', name: 'FORWARD' }
const ofLegacy = { by: 'iptables-legacy', name: 'FORWARD' }
const ofNft = { by: 'nft', family: 'inet', table: 'f', name: 'forward' }

/** As Docker has them. */
const docker = `iptables -P FORWARD DROP
iptables -N DOCKER-USER
iptables -A DOCKER-USER -j RETURN
iptables -N DOCKER-CT
iptables -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A FORWARD -j DOCKER-USER
iptables -A FORWARD -j DOCKER-CT
iptables -A FORWARD -i docker0 -j ACCEPT`

/** The same by the program that knows no nftables. */
const legacy = (script: string) => script.replaceAll('iptables ', 'iptables-legacy ')

const base = (policy: string, ...rules: readonly string[]) => `nft -f - <<'end'
table inet f {
  chain others { return; }
  chain ours { iifname "vpcbr*" accept; }
  chain forward {
    type filter hook forward priority 10; policy ${policy};
    ${rules.join('\n')}
  }
}
end`

test.each([
  ['no rules', ':', undefined],
  ['a policy', 'iptables -P FORWARD DROP', ofIptables],
  ["Docker's rules", docker, ofIptables],
  ["Docker's rules, and one for the bridge", `${docker}\niptables -I DOCKER-USER -i vpcbr+ -j ACCEPT`, undefined],
  ['a policy for IPv6', 'ip6tables -P FORWARD DROP', undefined],
  ['a policy for what the host receives', 'iptables -P INPUT DROP', undefined],
  ['a policy, and rules for others', base('drop', 'iifname { "docker0", "cni*" } accept', 'jump others'), ofNft],
  ['a policy, and a rule for connections', base('drop', 'ct state established,related accept'), ofNft],
  ['a policy, and a rule for new ones', base('drop', 'ct state { new, established } accept'), undefined],
  ['a policy, and a rule for what somebody has marked', base('drop', 'meta mark & 0x4000 == 0x4000 accept'), ofNft],
  ['a policy, and a chain with a rule for the bridge', base('drop', 'goto ours'), undefined],
  ['a policy, and a rule for other ways out', base('drop', 'iifname "vpcbr7" oifname != "eth10" accept'), ofNft],
  ['a last rule', base('accept', 'iifname "docker0" accept', 'reject'), ofNft],
  ['a rule for all but others', base('accept', 'iifname != "docker0" drop'), ofNft],
  ['a policy after an early end', base('drop', 'return'), ofNft],
  ['a rule that depends on addresses', base('drop', 'ip saddr 192.168.0.0/16 accept'), undefined],
  ['a rule that drops some', base('accept', 'ip saddr 10.0.0.0/8 drop'), undefined],
  ["a policy of iptables' own tables", legacy('iptables -P FORWARD DROP'), ofLegacy],
  ["Docker's rules in iptables' own tables", legacy(docker), ofLegacy],
  [
    "Docker's rules in iptables' own tables, and one for the bridge",
    legacy(`${docker}\niptables -I DOCKER-USER -i vpcbr+ -j ACCEPT`),
    undefined,
  ],
  [
    "rules for others in iptables' own tables",
    legacy(`iptables -A FORWARD ! -i eth7 -m comment --comment 'a "b" * -i eth7' -j LOG
      iptables -A FORWARD -m comment --comment -j -m conntrack ! --ctstate NEW -j ACCEPT
      iptables -A FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
      iptables -A FORWARD ! -o eth10 -j ACCEPT
      iptables -A FORWARD -j REJECT`),
    ofLegacy,
  ],
  [
    "a rule of iptables' own tables that depends on addresses",
    legacy('iptables -P FORWARD DROP\niptables -A FORWARD -s 192.168.0.0/16 -j ACCEPT'),
    undefined,
  ],
  [
    "a rule of iptables' own tables that depends on a module",
    legacy('iptables -P FORWARD DROP\niptables -A FORWARD -m statistic --mode random --probability 0.5 -j ACCEPT'),
    undefined,
  ],
  ["a policy of iptables' own tables for IPv6", legacy('ip6tables -P FORWARD DROP'), undefined],
  ['a map', base('drop', 'iifname vmap { "vpcbr7" : accept }'), undefined],
])('What drops a packet from vpcbr7 to eth10 is known: %s.', async (_, script, expected) => {
  const path = await scratch.newNetns()
  await output(inside(path, ['sh', '-ec', script]))
  const packet = { family: 'inet', from: 'vpcbr7', to: 'eth10' } as const
  expect((await filter.dropper({ path, isOwn: false }, packet))._unsafeUnwrap()).toEqual(expected)
})

test('A way out that is not known may be any.', async () => {
  const path = await scratch.newNetns()
  await output(inside(path, ['sh', '-ec', base('drop', 'oifname "eth7" accept')]))
  const dropper = async (packet: { readonly to?: string }) =>
    (await filter.dropper({ path, isOwn: false }, { family: 'inet', from: 'vpcbr7', ...packet }))._unsafeUnwrap()
  expect(await dropper({})).toBeUndefined()
  expect(await dropper({ to: 'eth10' })).toEqual(ofNft)
})

test("A look makes no tables of iptables' own.", async () => {
  const path = await scratch.newNetns()
  for (const family of ['inet', 'inet6'] as const)
    await filter.dropper({ path, isOwn: false }, { family, from: 'vpcbr7' })
  const names = inside(path, ['cat', '/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'])
  expect(await output(names)).toBe('')
})

test('Where nft cannot tell, nothing is known.', async () => {
  const packet = { family: 'inet', from: 'vpcbr7' } as const
  expect((await filter.dropper({ path: '/nowhere', isOwn: false }, packet))._unsafeUnwrap()).toBeUndefined()
})
