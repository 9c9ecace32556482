import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { letGo } from './watchdog.ts'

/** How a command ended. */
export interface Ended {
  /** As a shell has it: 128 and the signal's number for a command that a signal ended. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * A shell that starts commands for this process, one after the other. For a child of its own Node.js copies its page tables, which
 * takes 10 to 25 ms of a processor; a shell has next to none.
 */
interface Shell {
  readonly pid: number | undefined
  /** Takes lines of a script. */
  readonly write: (lines: string) => void
  /** The exit code of each command. */
  readonly exitCodes: AsyncIterator<string>
  /** Standard streams of the command that it runs. */
  readonly stdin: string
  readonly stdout: string
  readonly stderr: string
}

/** As this process has found it: tests give another one to what they try. */
const temporary = tmpdir()

/** Those that have no command. There are as many as there were commands at the same time. */
const idle: Shell[] = []

/**
 * Has a shell run a command to its end.
 *
 * @param command a command of a POSIX shell, to which redirections can be added
 * @param input what it reads from its standard input
 * @param timeLimitMs until it is killed
 * @returns the outputs as they are; `undefined` when it did not end in time
 */
export async function runByShell(command: string, input: string, timeLimitMs: number): Promise<Ended | undefined> {
  const shell = idle.pop() ?? startShell()
  const { stdin, stdout, stderr } = shell
  if (input !== '') writeFileSync(stdin, input)
  let timedOut = false
  // It also keeps this process alive, which the shell does not.
  const timer = setTimeout(async () => {
    timedOut = true
    await killChildren(shell.pid)
  }, timeLimitMs)
  const redirections = `<${input === '' ? '/dev/null' : quoted(stdin)} >${quoted(stdout)} 2>${quoted(stderr)}`
  shell.write(`${command} ${redirections}\necho $?\n`)
  const { value, done } = await shell.exitCodes.next()
  clearTimeout(timer)
  if (done) throw new Error(`the shell ended with its command: ${command}`)
  const ended = { exitCode: Number(value), stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }
  // The next command gets files of its own: what this one has left running may write to these.
  for (const file of [stdout, stderr]) rmSync(file)
  idle.push(shell)
  return timedOut ? undefined : ended
}

/** A word of a shell script that stands for exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Starts a shell that ends, and removes its files, at the end of its input: when this process ends, at the latest. */
function startShell(): Shell {
  const directory = mkdtempSync(join(temporary, 'shell-'))
  const shell = spawn('sh', { stdio: ['pipe', 'pipe', 'ignore'] })
  for (const each of [shell, shell.stdin, shell.stdout]) letGo(each)
  // Why it takes no more is known by the end of its output.
  shell.stdin.on('error', () => {})
  shell.stdin.write(`trap "rm -r ${quoted(directory)}" EXIT\ntrap exit INT TERM\n`)
  return {
    pid: shell.pid,
    write: (lines) => void shell.stdin.write(lines),
    exitCodes: shell.stdout.setEncoding('utf8')[Symbol.asyncIterator](),
    stdin: join(directory, 'in'),
    stdout: join(directory, 'out'),
    stderr: join(directory, 'err'),
  }
}

async function killChildren(pid: number | undefined): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  for (const child of children.split(' ').filter((each) => each !== '')) process.kill(Number(child), 'SIGKILL')
}
