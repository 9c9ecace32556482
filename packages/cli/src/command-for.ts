import { commandLine, commandOf } from '@vpc-bridge/iproute2/command-line'
import { isMacTranslation, type Operation } from '@vpc-bridge/kernel'
import { nftCommand } from '@vpc-bridge/mac-nat/nft'

/**
 * Returns the command that equals an operation, as one would type it.
 *
 * @param netns path of the network namespace; absent: the one that the command is started in
 */
export function toCommand(operation: Operation, netns: string | undefined): string {
  return commandLine(isMacTranslation(operation) ? nftCommand(operation, netns) : commandOf(operation, netns))
}
