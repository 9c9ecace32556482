import type { InvocationOf } from '../command-line/command.ts'
import { config, json } from '../options.ts'
import type { Defaults } from './defaults.ts'

const checkHelp = `It tries an add on a copy of the state: whatever that would still do is a difference. Nothing is changed. A
delete and an add make the endpoint anew; what its network lacks, the add of any other endpoint puts right. What others have added
to the container is no difference.
Exit status: 0 as it was made, 1 wrong usage, 2 something differs, or it could not be found out.`

/** Returns the commands that are about one endpoint. */
export function endpointCommands(defaults: Defaults) {
  const options = {
    config,
    netns: {
      type: 'text',
      letter: 'n',
      value: 'name-or-path',
      default: defaults.netns,
      help: "the container's network namespace",
    },
    ifname: {
      type: 'text',
      letter: 'i',
      value: 'name',
      default: defaults.ifName,
      help: 'name of the interface in the container',
    },
    'container-id': { type: 'text', value: 'id', default: defaults.containerId, help: 'identifies the container' },
    json,
  } as const
  return [
    { name: 'add', summary: 'connect a container to its network, showing each step', options },
    { name: 'delete', summary: 'remove the connection, and the shared network with the last one', options },
    { name: 'check', summary: 'tell what of the connection is not as add made it', options, help: checkHelp },
    {
      name: 'plan add',
      summary: 'show the changes of an add, each with the equivalent command, and make none',
      options,
    },
    {
      name: 'plan delete',
      summary: 'show the changes of a delete, each with the equivalent command, and make none',
      options,
    },
  ] as const
}

/** Asks for something about one endpoint. */
export type EndpointInvocation = InvocationOf<ReturnType<typeof endpointCommands>[number]>
