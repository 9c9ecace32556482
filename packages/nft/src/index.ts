export { asObject, type Chain, hasChain, type Json, listOf, objectsOf, parseOutput } from './output.ts'
export { runNft } from './run-nft.ts'
