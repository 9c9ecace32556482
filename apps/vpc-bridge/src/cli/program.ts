import { doctorCommand, type InvocationOf, installCommands, showCommand } from '@vpc-bridge/cli'
import { experiment } from './experiment.ts'
import { checkHelp, gcHelp, programHelp, showHelp } from './help-texts.ts'

const config = {
  type: 'text',
  letter: 'c',
  value: 'file',
  help: 'network configuration (JSON), "-" for the standard input; default: the experiment\'s',
} as const

const json = {
  type: 'flag',
  help: 'print the result alone, as JSON; so too when the output is not a terminal',
  negationHelp: 'print text even when the output is not a terminal',
} as const

const endpoint = {
  config,
  netns: {
    type: 'text',
    letter: 'n',
    value: 'name-or-path',
    default: experiment.netns,
    help: "the container's network namespace",
  },
  ifname: {
    type: 'text',
    letter: 'i',
    value: 'name',
    default: experiment.ifName,
    help: 'name of the interface in the container',
  },
  'container-id': { type: 'text', value: 'id', default: experiment.containerId, help: 'identifies the container' },
  json,
} as const

const commands = [
  { name: 'add', summary: 'connect a container to its network, showing each step', options: endpoint },
  {
    name: 'delete',
    summary: 'remove the connection, and the shared network with the last one',
    options: endpoint,
  },
  {
    name: 'check',
    summary: 'tell what of the connection is not as add made it',
    options: endpoint,
    help: checkHelp,
  },
  {
    name: 'plan add',
    summary: 'show the changes of an add, each with the equivalent command, and make none',
    options: endpoint,
  },
  {
    name: 'plan delete',
    summary: 'show the changes of a delete, each with the equivalent command, and make none',
    options: endpoint,
  },
  showCommand('vpc-bridge', showHelp),
  {
    name: 'gc',
    summary: 'remove the endpoints of a network whose containers are gone: all but those to keep',
    options: {
      config,
      keep: { type: 'repeatable text', value: 'container/ifname', help: 'an endpoint to keep; can be repeated' },
      all: { type: 'flag', help: 'keep none' },
      json,
    },
    help: gcHelp,
  },
  doctorCommand,
  ...installCommands('vpc-bridge'),
] as const

/** The command line. */
export const program = {
  name: 'vpc-bridge',
  summary: 'Connects a container to an AWS VPC through a network interface (ENI) that containers share.',
  commands,
  help: programHelp,
} as const

export type AnyCommand = (typeof commands)[number]

/** What the command line asks for. */
export type Invocation = InvocationOf<AnyCommand>

/** The options of one command. */
export type OptionsOf<Name extends Invocation['command']> = Extract<Invocation, { readonly command: Name }>['options']

/** Asks for something about one endpoint. */
export type EndpointInvocation = Extract<
  Invocation,
  { readonly command: 'add' | 'delete' | 'check' | 'plan add' | 'plan delete' }
>
