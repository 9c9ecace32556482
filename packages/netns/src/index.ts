export { netnsPath } from './path.ts'
export { isNoNetns, within } from './within.ts'
