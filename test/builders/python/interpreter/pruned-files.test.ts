import { expect, test } from 'vitest'
import { isPruned } from '../../../../src/builders/python/interpreter/pruned-files.ts'

test.each([
  'site-packages/requests/__init__.py',
  'dist-packages/apt/__init__.py',
  'sitecustomize.py',
  'usercustomize.py',
  'EXTERNALLY-MANAGED',
  '__pycache__/os.cpython-311.pyc',
  'json/__pycache__/decoder.cpython-311.opt-1.pyc',
  'test/support/__init__.py',
  'unittest/test/test_case.py',
  'ctypes/test/__init__.py',
  'idlelib/idle_test/__init__.py',
  'idlelib/pyshell.py',
  'tkinter/__init__.py',
  'turtledemo/clock.py',
  'turtle.py',
  'ensurepip/_bundled/pip-24.0-py3-none-any.whl',
  'config-3.11-x86_64-linux-gnu/Makefile',
  'config-3.11-x86_64-linux-gnu/libpython3.11.a',
  'lib-dynload/_tkinter.cpython-311-x86_64-linux-gnu.so',
  '_testcapi.cpython-311-x86_64-linux-gnu.so',
  'lib-dynload/_testinternalcapi.cpython-313-x86_64-linux-gnu.so',
  '_ctypes_test.cpython-311-x86_64-linux-gnu.so',
  'xxlimited_35.cpython-311-x86_64-linux-gnu.so',
  'pydoc_data/topics.py',
  'nis.cpython-311-x86_64-linux-gnu.so',
  '_sysconfig_vars__linux_x86_64-linux-gnu.json',
])('%s is left out', path => {
  expect(isPruned(path)).toBe(true)
})

test.each([
  'os.py',
  'LICENSE.txt',
  'unittest/case.py',
  'unittest/mock.py',
  'doctest.py',
  'test.py',
  'distutils/core.py',
  'lib2to3/Grammar.txt',
  'pydoc_data/__init__.py',
  'venv/scripts/posix/activate',
  'lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so',
  'lib-dynload/unicodedata.cpython-311-x86_64-linux-gnu.so',
  '_curses.cpython-311-x86_64-linux-gnu.so',
  'lib-dynload/_crypt.cpython-311-x86_64-linux-gnu.so',
  '_sysconfigdata__linux_x86_64-linux-gnu.py',
])('%s is shipped', path => {
  expect(isPruned(path)).toBe(false)
})
