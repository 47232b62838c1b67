import { expect, test } from 'vitest'
import { pythonDemand } from '../../../../src/builders/python/user-python/python-demand.ts'
import { refused, standInInterpreter } from '../stand-ins.ts'

const interpreter = { ...standInInterpreter(), version: '3.11.7' }

test('pure packages want at least the version that they were chosen for', () => {
  expect(pythonDemand(interpreter, false, '>=3.10, !=3.12.*,~=3.10')).toEqual({
    minor: [3, 11],
    clauses: [
      ['>=', [3, 10], false],
      ['!=', [3, 12], true],
      ['~=', [3, 10], false],
    ],
    text: 'CPython 3.11 or newer with requires-python >=3.10, !=3.12.*,~=3.10',
  })
})

test('bound ones want exactly the ABI', () => {
  expect(pythonDemand(interpreter, true, undefined)).toEqual({
    minor: [3, 11],
    soabi: interpreter.tags.soabi,
    clauses: [],
    text: `CPython 3.11 (${interpreter.tags.soabi})`,
  })
})

test.each(['>=3.11rc1', '===3.11', '~=3', '>=3.*', '==3.11+local'])(
  'INTERPRETER_REQUIRES: %s cannot be judged by a start script',
  async specifier => {
    expect(await refused(() => pythonDemand(interpreter, false, specifier))).toMatchObject({
      code: 'INTERPRETER_REQUIRES',
    })
  },
)
