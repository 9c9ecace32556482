import { createWorld, type World } from '@vpc-bridge/testbed'
import { onTestFinished } from 'vitest'

/** A world for the running test, with a container, whose address the VPC delivers to the ENI. */
export async function useWorld(): Promise<World & { readonly blue: string }> {
  const world = await createWorld()
  onTestFinished(() => world.destroy())
  await world.assignToEni('192.168.1.43')
  return { ...world, blue: await world.addContainer('blue') }
}
