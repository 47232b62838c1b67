import { expect, test } from 'vitest'
import { thisMachine } from '../../src/workenv/machine.ts'

test('workenv §1.1 asks for the effective user', () => {
  const machine = thisMachine({ A: '1' })
  expect(machine).toMatchObject({ environment: { A: '1' }, platform: process.platform, isPrivileged: false })
  expect(machine.uid).toBe(process.geteuid?.())
  expect(machine.workingDirectory).toBe(process.cwd())
})
