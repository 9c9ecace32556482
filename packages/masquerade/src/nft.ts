export { masqueradeCommand } from './command.ts'
export { nftMasquerader } from './masquerader.ts'
