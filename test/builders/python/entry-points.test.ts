import { expect, test } from 'vitest'
import { consoleScript, parseEntryPoints, parseReference } from '../../../src/builders/python/entry-points.ts'

test('commands of all kinds, and nothing else', () => {
  const text = `
# a comment
[console_scripts]
http = httpie.__main__:main
odd=pkg.mod : Class.method [extra]
broken = no function

[gui_scripts]
win = pkg:start
[other.plugins]
x = a:b
`
  expect(parseEntryPoints(text)).toEqual([
    { name: 'http', module: 'httpie.__main__', attribute: 'main' },
    { name: 'odd', module: 'pkg.mod', attribute: 'Class.method' },
    { name: 'win', module: 'pkg', attribute: 'start' },
  ])
})

test('a reference without a function is none', () => {
  expect(parseReference('x', 'module')).toEqual([])
})

test('§6.5 a script names its interpreter by the work environment, and does nothing when a child imports it', () => {
  const script = consoleScript({ name: 'x', module: 'pkg.mod', attribute: 'Class.method' })
  expect(script.split('\n')[0]).toBe('#!{workenv}/bin/python3')
  expect(script).toContain('from pkg.mod import Class\nif __name__ == "__main__":\n    sys.exit(Class.method())\n')
})
