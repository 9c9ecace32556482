import { commandLine, commandOf } from '@vpc-bridge/iproute2/command-line'
import { isMacTranslation, isMasquerade, type Operation } from '@vpc-bridge/kernel'
import { nftCommand } from '@vpc-bridge/mac-nat/nft'
import { masqueradeCommand } from '@vpc-bridge/masquerade/nft'

/**
 * Returns the command that equals an operation, as one would type it.
 *
 * @param netns path of the network namespace; absent: the one that the command is started in
 */
function commandFor(operation: Operation, netns: string | undefined): readonly string[] {
  if (isMasquerade(operation)) return masqueradeCommand(operation, netns)
  return isMacTranslation(operation) ? nftCommand(operation, netns) : commandOf(operation, netns)
}

/** Returns it in one line. */
export function toCommand(operation: Operation, netns: string | undefined): string {
  return commandLine(commandFor(operation, netns))
}
