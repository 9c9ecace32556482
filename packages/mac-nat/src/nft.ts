export { nftCommand } from './command.ts'
export { nftTranslator } from './translator.ts'
