#!/usr/bin/env node
/*
 * The Node.js build. This file is for all versions of Node.js; the program is for newer ones.
 */

const found = process.versions.node
const least = 22

if (Number.parseInt(found, 10) < least) {
  fail(
    `vpc-bridge needs Node.js ${least} or later, and this is ${found}: use the standalone executable, or a newer Node.js`,
  )
} else {
  // Thrown where nobody waits for it.
  process.on('uncaughtException', (bug: unknown) => fail(`internal error: ${bug instanceof Error ? bug.message : bug}`))
  void import('./node.ts')
}

/** Ends the process as the CNI specification and a person want it. */
function fail(msg: string): never {
  process.stderr.write(`${msg}\n`)
  if (process.env['CNI_COMMAND'] !== undefined) {
    process.stdout.write(`${JSON.stringify({ cniVersion: '1.1.0', code: 999, msg })}\n`)
  }
  process.exit(1)
}
