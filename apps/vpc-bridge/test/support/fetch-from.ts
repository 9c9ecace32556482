import { inside, run } from '@vpc-bridge/testbed'

const fetching = `const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(5000) })
process.stdout.write((await answer.text()).trim())`

/** What a web server says to somebody in a namespace. */
export async function fetchFrom(netns: string, url: string): Promise<string> {
  const { exitCode, stdout } = await run(inside(netns, [process.execPath, '--input-type=module', '-e', fetching, url]))
  return exitCode === 0 ? stdout : 'no answer'
}
