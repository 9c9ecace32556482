import { Command } from 'commander'
import { seed } from './seed.ts'

/** What the command line asks for. */
export type Invocation = EndpointInvocation | InstallInvocation

/** Something about one endpoint. */
export interface EndpointInvocation {
  readonly command: 'add' | 'delete' | 'plan add' | 'plan delete'
  readonly options: EndpointOptions
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
  vpc-bridge delete                                    removes all of it again
  vpc-bridge add --config net.json --netns red --ifname eth0

As a CNI plugin: with CNI_COMMAND set, the CNI specification holds, and the command line is not looked at.
Exit status: 0 done, 1 wrong usage, 2 failed. A failed add has been rolled back.
Log: /var/log/vpc-bridge.log, or VPC_CNI_LOG_FILE; level VPC_CNI_LOG_LEVEL (trace … critical, off; default info).`

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

  const plan = root.command('plan').description('show what add or delete would do, and change nothing')
  endpointCommand(plan, 'add', 'the changes of an add, each with the equivalent command', run)
  endpointCommand(plan, 'delete', 'the changes of a delete, each with the equivalent command', run)

  root
    .command('install')
    .description('put this executable where container runtimes look for CNI plugins')
    .option('--cni-bin-dir <directory>', 'where that is', '/opt/cni/bin')
    .action((options: InstallInvocation['options']) => run({ command: 'install', options }))
  return root
}

function endpointCommand(
  parent: Command,
  name: 'add' | 'delete',
  description: string,
  run: (invocation: Invocation) => Promise<void>,
): void {
  const command = parent.name() === 'plan' ? (`plan ${name}` as const) : name
  parent
    .command(name)
    .description(description)
    .option(
      '-c, --config <file>',
      'network configuration (JSON), "-" for the standard input; default: the experiment\'s',
    )
    .option('-n, --netns <name-or-path>', "the container's network namespace", seed.netns)
    .option('-i, --ifname <name>', 'name of the interface in the container', seed.ifName)
    .option('--container-id <id>', 'identifies the container', seed.containerId)
    .option('--json', 'print the result alone, as JSON; so too when the output is not a terminal')
    .option('--no-json', 'show each step even when the output is not a terminal')
    .action((options: EndpointOptions) => run({ command, options }))
}
