import { expect, test } from 'vitest'
import { isSeldomImported } from '../../../../src/builders/python/interpreter/seldom-imported.ts'

test.each([
  'pdb.py',
  'pydoc.py',
  'lib2to3/pgen2/driver.py',
  'distutils/command/build.py',
  '_pydecimal.py',
  'venv/__init__.py',
])('%s stays without bytecode', path => {
  expect(isSeldomImported(path)).toBe(true)
})

// requests imports netrc, every name look-up stringprep, every regular expression sre_parse on 3.10, charset detection all encodings.
test.each([
  'os.py',
  'netrc.py',
  'stringprep.py',
  'sre_parse.py',
  'uu.py',
  'decimal.py',
  'encodings/cp1250.py',
  'unittest/mock.py',
  'asyncio/trace.py',
  'wsgiref/simple_server.py',
  'lib2to3/Grammar.txt',
  'pdb.pyc',
])('%s is compiled, or is no module', path => {
  expect(isSeldomImported(path)).toBe(false)
})
