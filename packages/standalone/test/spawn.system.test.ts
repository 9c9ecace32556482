import { describe, expect, it } from 'vitest'
import { programOf, run } from './program.ts'

describe.each([false, true])('spawn (sanitized: %s)', (sanitized) => {
  const outputOf = async (statements: string, options: Parameters<typeof run>[1] = {}) => {
    const { ended, stdout, stderr } = await run(await programOf(statements, { sanitized }), options)
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' })
    return stdout
  }
  const shell = (script: string) =>
    `start('/bin/sh', ['sh', '-c', ${JSON.stringify(script)}], ['A=é', 'B='], '/tmp', 0, 1, 2)`

  it('starts a program with arguments, environment and directory', async () => {
    const statements = `print(wait(start('/bin/sh', ['sh', '-c', 'echo "$0 $1 $A [$B] $PWD"; exit 3', 'é', ''], ['A=ü', 'B='], '/tmp', 0, 1, 2)))`
    expect(await outputOf(statements)).toBe('é  ü [] /tmp\n3')
    expect(
      await outputOf(`print(wait(start('/bin/pwd', ['pwd'], [], '', 0, 1, 2)))`, { bash: 'cd /usr; exec "$0"' }),
    ).toBe('/usr\n0')
  })

  it.each([
    [`start('/nowhere', ['x'], [], '', 0, 1, 2)`, -2],
    [`start('/etc/passwd', ['x'], [], '', 0, 1, 2)`, -13],
    [`start('/bin/true', ['x'], [], '/nowhere', 0, 1, 2)`, -2],
    [`start('/bin/true', ['x'], [], '', 0, 1, 999)`, -9],
    [`start('/bin/true', ['x'.repeat(200000)], [], '', 0, 1, 2)`, -7],
  ])('%s: %s, and no child', async (call, errno) => {
    expect(await outputOf(`print(${call}); print(wait(-1))`)).toBe(`${errno}\n-10`)
  })

  it('can wait for a child where the parent ignores SIGCHLD, and all signals are as they are by default', async () => {
    const script = `grep -E 'Sig(Blk|Ign)' /proc/self/status`
    const statements = `print(wait(${shell(script)}))`
    const bash = `trap '' CHLD TERM USR1; exec "$0"`
    const output = await outputOf(statements, { bash })
    // glibc, with which the sanitized host is built, keeps two signals for itself: they stay as they were.
    const reset = sanitized ? output.replace('0000000180000000', '0'.repeat(16)) : output
    expect(reset).toBe(`SigBlk:\t${'0'.repeat(16)}\nSigIgn:\t${'0'.repeat(16)}\n0`)
  })

  it('starts it in a session of its own, without the files that are to be closed then', async () => {
    const statements = `
      for (let n = 0; n < 5; n++) syscall(numbers.openat, AT_FDCWD, zeroEnded('/proc/version'), 0x80000, 0)
      print(wait(${shell('test "$(ps -o sid= -p $$ | tr -d " ")" = $$ && ls -l /proc/$$/fd')}))`
    const files = await outputOf(statements)
    expect(files).toMatch(/^0$/m)
    expect(files).not.toContain('/proc/version')
  })

  it('gives it pipes', async () => {
    const statements = `
      const pipe = () => { const ends = new Int32Array(2); syscall(numbers.pipe2, new Uint8Array(ends.buffer), 0x80000); return ends }
      const [from, into] = [pipe(), pipe()]
      const pid = start('/bin/cat', ['cat'], [], '', from[0], into[1], 2)
      for (const end of [from[0], into[1]]) syscall(numbers.close, end)
      syscall(numbers.write, from[1], encode('through'), 7)
      syscall(numbers.close, from[1])
      const bytes = new Uint8Array(100)
      print(toText(bytes.subarray(0, syscall(numbers.read, into[0], bytes, 100))) + wait(pid))`
    expect(await outputOf(statements)).toBe('through0')
  })

  it('tells of a signal', async () => {
    expect(await outputOf(`print(wait(${shell('kill -9 $$')}))`)).toBe('signal 9')
  })
})
