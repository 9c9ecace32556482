import { hostPath, logFile } from '@vpc-bridge/plugin'
import { examine } from '../doctor/examine.ts'
import { readSystem } from '../doctor/system.ts'
import { diagnosisLines } from '../doctor/text.ts'
import type { OptionsOf } from './program.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { programName } from './typed.ts'

/** Tells what this host has of what the plugin needs. Returns the exit code. */
export async function runDoctor({ json }: OptionsOf<'doctor'>, terminal: Terminal): Promise<number> {
  const { runtime, kernel, isInteractive, print } = terminal
  const host = await kernel.open(hostPath)
  const diagnosis = await examine({
    ...(host.isOk() ? { host: host.value } : {}),
    system: await readSystem(runtime),
    logFile: logFile(runtime.environment, 'vpc-bridge'),
    program: programName(runtime),
  })
  const asJson = json ?? !isInteractive
  for (const line of asJson ? [JSON.stringify(diagnosis)] : diagnosisLines(diagnosis)) print(line)
  const { modes, findings } = diagnosis
  const works = modes.some(({ mode, state }) => mode === 'L3' && state === 'there')
  const isUsable = findings.every(({ id, state }) => id !== 'network' || state === 'there')
  return works && isUsable ? exitCodes.done : exitCodes.failed
}
