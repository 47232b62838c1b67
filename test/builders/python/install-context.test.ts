import { expect, test } from 'vitest'
import { runnable } from '../../../src/builders/python/install-context.ts'
import { standInInterpreter } from './stand-ins.ts'

test('the interpreter as a program: absolute, with the variables that it needs', () => {
  const interpreter = standInInterpreter({ root: '/tree', executable: 'bin/python3.11' })
  expect(runnable(interpreter)).toEqual({
    program: '/tree/bin/python3.11',
    environment: { LD_ORIGIN_PATH: '/tree/bin' },
  })
})
