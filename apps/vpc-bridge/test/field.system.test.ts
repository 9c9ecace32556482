import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ended, run, runInUml } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'

/*
 * Faults that were reported from the field, of other CNI plugins too, each as a script in test/field that tries the executable.
 * Its first line says what the fault is, its second one where it was reported.
 */

/** The faults that are known to be there, and why. One that is mended and still listed fails the test. */
const known: Readonly<Record<string, string>> = {}

/** In milliseconds. Most scripts take some seconds, those that wait for the kernel a minute. */
const timeLimit = 600_000

/** How a script ends that could find out whether the fault is there. */
const outcomes = ['the fault is not there', 'the fault is there']

const directory = fileURLToPath(new URL('field', import.meta.url))
const scripts = readdirSync(directory).filter((name) => /^\d+\.sh$/.test(name))

test.each(scripts.map((name) => ({ number: numberOf(name), fault: titleOf(name), name })))(
  '$number: $fault',
  { timeout: timeLimit },
  async ({ number, name }) => judge(number, await run(['bash', join(directory, name)], { timeLimit })),
)

test('06, with a real dummy link, in User-Mode Linux', { timeout: timeLimit }, async () => {
  const [ended] = await runInUml([`bash '${join(directory, '06.sh')}'`])
  if (ended === undefined) throw new Error('it did not end')
  expect(ended.stdout).toContain('a drained node (dummy)')
  judge('06', ended)
})

test('every known fault has a script', () => {
  expect(scripts.map(numberOf)).toEqual(expect.arrayContaining(Object.keys(known)))
})

function judge(number: string, { exitCode, stdout, stderr }: Ended): void {
  const output = `${stdout}\n${stderr}`
  const outcome = outcomes[exitCode]
  if (outcome === undefined) throw new Error(`the script could not find out (${exitCode}): ${output}`)
  expect(outcome, output).toBe(number in known ? 'the fault is there' : 'the fault is not there')
}

function numberOf(name: string): string {
  return name.replace('.sh', '')
}

function titleOf(name: string): string {
  return readFileSync(join(directory, name), 'utf8').split('\n')[0]?.replace(/^# /, '') ?? ''
}
