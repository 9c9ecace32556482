export { commandFor, toCommand } from './command-for.ts'
export type { InvocationOf, Program } from './command-line/command.ts'
export { type Parsed, parse } from './command-line/parse.ts'
export { bold, cyan, dim, green, hasLooks, plain, red, yellow } from './command-line/style.ts'
export { examine, type Needs, type Patient } from './doctor/examine.ts'
export { inet6, installedProgram, linkDriver, nftablesForBridges, tunDevice } from './doctor/findings.ts'
export type { Diagnosis, Finding, Mode, State } from './doctor/model.ts'
export { doctorCommand, type FindNeeds, runDoctor } from './doctor/run-doctor.ts'
export type { System } from './doctor/system.ts'
export { diagnosisLines } from './doctor/text.ts'
export { type ConfiguredPlugin, configurationProblems } from './install/network-configuration.ts'
export { installCommands, runInstall } from './install/run-install.ts'
export { type IsInstalled, installedPrograms } from './installed-programs.ts'
export { programName } from './program-name.ts'
export type { Drawing, Part, Shared } from './show/drawing.ts'
export { type FarEnd, withoutLocal } from './show/far-ends.ts'
export { interfaceOf } from './show/interface.ts'
export type {
  ContainerEnd,
  Endpoint,
  Interface,
  Network,
  Observation,
  Place,
  Setting,
} from './show/model.ts'
export { type Machine, type Near, type Observer, observe, type Surroundings } from './show/observe.ts'
export { type Known, lostNamespace, observeEndpoint } from './show/observe-endpoint.ts'
export { plainDrawing, recordObserver } from './show/record-observer.ts'
export { runShow, type Show, showCommand } from './show/run-show.ts'
export { observationSvg } from './show/svg/picture.ts'
export { observationLines } from './show/text.ts'
export { exitCodes, type Terminal } from './terminal.ts'
