export { isAway, isAwayFrom, type LinkAway, linkAway } from './link-away.ts'
export { netnsName, netnsPath } from './path.ts'
export { isNoNetns, within } from './within.ts'
