import { expect, test } from 'vitest'
import { programEnvironment, runtimeEnvironment } from '../../../src/builders/python/runtime-environment.ts'
import { standInInterpreter } from './stand-ins.ts'

const nothing = { unset: [], pass: [], set: {}, map: {} }

test('§7.2 what brings in other code is taken away, and what the manifest names with it', () => {
  const { unset, pass } = runtimeEnvironment({
    ...nothing,
    unset: ['DEBUG_*', 'PYTHONPATH'],
    pass: ['HOME'],
    isolated: true,
  })
  expect(unset).toEqual(expect.arrayContaining(['PYTHONPATH', 'PYTHONHOME', 'PYTHONPYCACHEPREFIX', 'DEBUG_*']))
  expect(new Set(unset).size).toBe(unset.length)
  expect(pass).toEqual(['HOME'])
})

test('a package that is not isolated still finds its own interpreter', () => {
  const { unset } = runtimeEnvironment({ ...nothing, isolated: false })
  expect(unset).not.toContain('PYTHONPATH')
  expect(unset).toContain('PYTHONHOME')
})

test('nothing is written by a run, and the interpreter finds its libraries without /proc', () => {
  expect(programEnvironment(standInInterpreter(), 'python')).toEqual({
    PYTHONDONTWRITEBYTECODE: '1',
    LD_ORIGIN_PATH: '{workenv}/python/bin',
  })
})
