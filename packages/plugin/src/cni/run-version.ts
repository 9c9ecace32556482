import { answerVersion, specVersions } from '@vpc-bridge/cni'
import type { Runtime } from '@vpc-bridge/runtime'
import { report } from './report.ts'

/** Carries out the CNI command VERSION, whose answer is the same for every plugin of this engine, and ends the process. */
export function runVersion(runtime: Pick<Runtime, 'exit' | 'files'>): never {
  return runtime.exit(report(answerVersion(specVersions, runtime), runtime))
}
