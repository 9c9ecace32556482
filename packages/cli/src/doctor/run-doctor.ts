import { hostPath, logFile } from '@vpc-bridge/plugin'
import type { InvocationOf } from '../command-line/command.ts'
import { json } from '../options.ts'
import { exitCodes, type Terminal } from '../terminal.ts'
import { examine, type Needs, type Patient } from './examine.ts'
import { readSystem } from './system.ts'
import { diagnosisLines } from './text.ts'

export const doctorCommand = {
  name: 'doctor',
  summary: 'tell whether this host has what each kind of network needs, and how to get what is missing',
  options: { json },
  help: `Nothing is changed: drivers are asked for by links that cannot be.
Exit status: 0 if networks can be made, and those that exist can be used; 2 if not.`,
} as const

/** Looks for the needs of a plugin on a host. Changes nothing. */
export type FindNeeds = (patient: Patient) => Promise<Needs>

/** Tells what this host has of what the plugin needs. Returns the exit code. */
export async function runDoctor(
  findNeeds: FindNeeds,
  { options: { json } }: InvocationOf<typeof doctorCommand>,
  { runtime, kernel, type, program, isInteractive, print }: Terminal,
): Promise<number> {
  const host = await kernel.open(hostPath)
  const patient = {
    ...(host.isOk() ? { host: host.value } : {}),
    system: await readSystem(runtime),
    logFile: logFile(runtime.environment, type),
    program,
  }
  const needs = await findNeeds(patient)
  const diagnosis = examine(patient, needs)
  const asJson = json ?? !isInteractive
  for (const line of asJson ? [JSON.stringify(diagnosis)] : diagnosisLines(diagnosis)) print(line)
  const works = diagnosis.modes[0]?.state === 'there'
  const areUsable = (needs.networks ?? []).every(({ state }) => state === 'there')
  return works && areUsable ? exitCodes.done : exitCodes.failed
}
