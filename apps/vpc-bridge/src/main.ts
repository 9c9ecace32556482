#!/usr/bin/env node
import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nodeFiles } from './node-files.ts'
import { start } from './start.ts'

await start({
  kernel: createIproute2Kernel({ macTranslator: nftTranslator() }),
  files: nodeFiles,
  driver: 'iproute2',
})
