export { type LinkMoved, linkMoved } from './link-moved.ts'
export {
  isMoved,
  isMovedFrom,
  type LinkMovedWithConfiguration,
  linkMovedWithConfiguration,
} from './link-moved-with-configuration.ts'
export { netnsName, netnsPath } from './path.ts'
export { within } from './within.ts'
