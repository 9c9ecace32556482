import { runVersion } from '@vpc-bridge/plugin'
import { standaloneRuntime } from '@vpc-bridge/runtime/standalone'

/* The standalone executable for the command VERSION. */

runVersion(standaloneRuntime())
