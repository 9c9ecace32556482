import { standaloneRuntime, standaloneSyscalls } from '../../src/standalone/runtime.ts'
import { main } from './program.ts'

void main(standaloneRuntime(), standaloneSyscalls())
