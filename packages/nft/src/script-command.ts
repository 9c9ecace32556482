/**
 * Returns the command by which nft performs a script, for people to read and paste.
 *
 * @param netns path of the network namespace; absent: the one that the command is started in
 * @returns the program and its arguments
 */
export function scriptCommand(script: string, netns?: string): readonly string[] {
  const enter = netns === undefined ? [] : ['nsenter', `--net=${netns}`, '--']
  return [...enter, 'nft', script]
}
