import { Command } from 'commander'
import { seed } from './seed.ts'

/** What the command line asks for. */
export type Invocation = EndpointInvocation | ShowInvocation | GcInvocation | DoctorInvocation | InstallInvocation

/** Something about one endpoint. */
export interface EndpointInvocation {
  readonly command: 'add' | 'delete' | 'check' | 'plan add' | 'plan delete'
  readonly options: EndpointOptions
}

/** Looking at what there is. */
export interface ShowInvocation {
  readonly command: 'show'
  readonly options: {
    readonly json?: boolean
    /** Path of the picture to write. */
    readonly svg?: string
  }
}

/** Removing endpoints whose containers are gone. */
export interface GcInvocation {
  readonly command: 'gc'
  readonly options: {
    readonly config?: string
    /** `CONTAINER/IFNAME` each. */
    readonly keep: readonly string[]
    readonly all?: boolean
    readonly json?: boolean
  }
}

/** Finding out what this host lacks. */
export interface DoctorInvocation {
  readonly command: 'doctor'
  readonly options: { readonly json?: boolean }
}

/** Putting the plugin where runtimes look for it. */
export interface InstallInvocation {
  readonly command: 'install'
  readonly options: { readonly cniBinDir: string }
}

/** Which endpoint, and how to print. */
export interface EndpointOptions {
  /** Path of the configuration file, `-` for the standard input; absent: the built-in configuration. */
  readonly config?: string
  /** Name or path. */
  readonly netns: string
  readonly containerId: string
  readonly ifname: string
  /** Print the result alone; absent: if nobody is watching. */
  readonly json?: boolean
}

const examples = `
Examples:
  ip link add eth10 type dummy && ip netns add blue    an interface to share, and a container's namespace
  vpc-bridge plan add                                  what would be done, as ip commands; changes nothing
  vpc-bridge add                                       connects the namespace blue to the VPC network
  ip netns exec blue ip address                        what the container sees
  vpc-bridge show                                      draws what there is now, and what is wrong with it
  vpc-bridge delete                                    removes all of it again
  vpc-bridge add --config net.json --netns red --ifname eth0

As a CNI plugin: with CNI_COMMAND set, the CNI specification holds, and the command line is not looked at.
Exit status: 0 done, 1 wrong usage or configuration, 2 failed. A failed add has been rolled back.
Output: when it is not a terminal, the result alone, as JSON; --json and --no-json choose.
Log: /var/log/vpc-bridge.log, or VPC_CNI_LOG_FILE; level VPC_CNI_LOG_LEVEL (trace … critical, off; default info).`

const configHelp = 'network configuration (JSON), "-" for the standard input; default: the experiment\'s'
const jsonHelp = 'print the result alone, as JSON; so too when the output is not a terminal'

const checkHelp = `
It rehearses an add on a copy of the state: whatever that would still do is a difference. Nothing is changed; another add
puts right what can be put right. What others have added to the container is no difference.
Exit status: 0 as it was made, 1 wrong usage, 2 something differs, or it could not be found out.`

const showHelp = `
Interfaces of vpc-bridge carry a record of whose they are. It reads those of the host's network namespace, and looks into the
namespaces of "ip netns list", of Docker and of all processes, for containers and for bridges that are not with the host
(bridgeNetNSPath). The router that a container was given is known by its neighbour entry (L3); where there is none, the default
route is taken as it is.

Examples:
  vpc-bridge show                        a tree for the terminal
  vpc-bridge show --svg network.svg      a picture for a talk
  vpc-bridge show --json | jq '.networks[].endpoints[] | select(.drift != [])'
Exit status: 0 done (whatever was found), 1 wrong usage, 2 failed.`

const gcHelp = `
Examples:
  vpc-bridge gc --keep web-1/eth0 --keep web-2/eth0    removes every other endpoint of the network
  vpc-bridge gc --all                                  removes every endpoint, and with the last one the network
  vpc-bridge show                                      lists what there is
An endpoint to keep that is not there is an error, and nothing is removed. Addresses are not given back to an IPAM plugin.
Exit status: 0 done, 1 wrong usage, 2 not everything could be removed.`

const doctorHelp = `
Nothing is changed: drivers are asked for by links that cannot be.
Exit status: 0 if L3 networks can be made, 2 if not.`

/** For an option that can be repeated. */
function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value]
}

/**
 * The command line.
 *
 * @param version what `--version` prints
 * @param run called with what is asked for, once the arguments are right
 */
export function program(version: string, run: (invocation: Invocation) => Promise<void>): Command {
  const root = new Command('vpc-bridge')
    .description('Connects a container to an AWS VPC through a network interface (ENI) that containers share.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(vpc-bridge --help tells how it is used)')
    .addHelpText('after', examples)

  endpointCommand(root, 'add', 'connect a container to its network, showing each step', run)
  endpointCommand(root, 'delete', 'remove the connection, and the shared network with the last one', run)

  endpointCommand(root, 'check', 'tell what of the connection is not as add made it', run, checkHelp)

  const plan = root.command('plan').description('show what add or delete would do, and change nothing')
  endpointCommand(plan, 'add', 'the changes of an add, each with the equivalent command', run)
  endpointCommand(plan, 'delete', 'the changes of a delete, each with the equivalent command', run)

  root
    .command('show')
    .description('draw the networks and endpoints that are on this host, and mark what is not as it was made')
    .option('--svg <file>', 'write a picture of them in place of the text; "-" for the standard output')
    .option('--json', jsonHelp)
    .option('--no-json', 'print text even when the output is not a terminal')
    .addHelpText('after', showHelp)
    .action((options: ShowInvocation['options']) => run({ command: 'show', options }))

  root
    .command('gc')
    .description('remove the endpoints of a network whose containers are gone: all but those to keep')
    .option('-c, --config <file>', configHelp)
    .option('--keep <container/ifname>', 'an endpoint to keep; can be repeated', collect, [])
    .option('--all', 'keep none')
    .option('--json', jsonHelp)
    .option('--no-json', 'print text even when the output is not a terminal')
    .addHelpText('after', gcHelp)
    .action((options: GcInvocation['options']) => run({ command: 'gc', options }))

  root
    .command('doctor')
    .description('tell whether this host has what each kind of network needs, and how to get what is missing')
    .option('--json', jsonHelp)
    .option('--no-json', 'print text even when the output is not a terminal')
    .addHelpText('after', doctorHelp)
    .action((options: DoctorInvocation['options']) => run({ command: 'doctor', options }))

  root
    .command('install')
    .description('put this executable where container runtimes look for CNI plugins')
    .option('--cni-bin-dir <directory>', 'where that is', '/opt/cni/bin')
    .action((options: InstallInvocation['options']) => run({ command: 'install', options }))
  return root
}

function endpointCommand(
  parent: Command,
  name: 'add' | 'delete' | 'check',
  description: string,
  run: (invocation: Invocation) => Promise<void>,
  help = '',
): void {
  const command = parent.name() === 'plan' && name !== 'check' ? (`plan ${name}` as const) : name
  parent
    .command(name)
    .description(description)
    .option('-c, --config <file>', configHelp)
    .option('-n, --netns <name-or-path>', "the container's network namespace", seed.netns)
    .option('-i, --ifname <name>', 'name of the interface in the container', seed.ifName)
    .option('--container-id <id>', 'identifies the container', seed.containerId)
    .option('--json', jsonHelp)
    .option('--no-json', 'show each step even when the output is not a terminal')
    .addHelpText('after', help)
    .action((options: EndpointOptions) => run({ command, options }))
}
