import type { AsyncCommand } from 'fast-check'
import { changes } from './changes.ts'
import { isNamed } from './known.ts'
import { hosts } from './modes.ts'
import { add, change, del, gc, type Harm, hurt, type Play } from './play.ts'
import { commandOf } from './sequences.ts'
import type { Story } from './story.ts'

/** A part of a sequence. */
type Command = AsyncCommand<Story, Play>

const command = commandOf<Story, Play>

/** What happens to the host. */
const changing = changes.map((each) => command(each.name, each.applies ?? (() => true), (play) => change(play, each)))

/** What somebody may have changed in a configuration by the time of a DEL. */
const edits: readonly object[] = [
  {},
  { bridgeType: 'L2', ipAddresses: [] },
  { bridgeType: 'L3', eniName: 'eth11', eniMACAddress: undefined },
  { ipAddresses: ['192.168.1.44/24'], interfaceType: 'veth' },
]

/** What happens to a single endpoint. */
const harms: readonly Harm[] = [
  { script: 'ip link set $VETH down' },
  { script: 'ip link set $VETH nomaster' },
  { script: 'ip link set $VETH down; ip link set $VETH name ve$ADDRESS; ip link set ve$ADDRESS up' },
  { script: 'ip route delete $ADDRESS/32 2>/dev/null || :' },
  { script: 'ip -n $CONTAINER link set eth0 down' },
  { script: 'ip netns delete $CONTAINER', dies: true },
]

const adding = hosts.map((host) =>
  command(
    `ADD ${host}`,
    (story) => !story.living.has(host) && isNamed(story, story.isTaken),
    (play) => add(play, host),
  ),
)

/** All of which sequences are made. */
export const commands: readonly Command[] = [
  ...changing,
  ...adding,
  ...adding,
  ...hosts.flatMap((host) => [
    ...edits.map((edit) =>
      command(
        `DEL ${host} ${JSON.stringify(edit)}`,
        // Of an endpoint that went with its container nothing but the configuration tells which network it was on.
        ({ living, hasRecord }) =>
          living.has(host) && !('eniName' in edit && (living.get(host)?.isDead === true || !hasRecord)),
        (play) => del(play, host, edit),
      ),
    ),
  ]),
  ...hosts.flatMap((host) =>
    harms.map((harm) =>
      command(
        `${host}: ${harm.script}`,
        ({ living }) => living.get(host)?.isHurt === false,
        (play) => hurt(play, host, harm),
      ),
    ),
  ),
  command('GC', () => true, gc),
]
