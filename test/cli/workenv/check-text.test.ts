import { expect, test } from 'vitest'
import { createIo } from '../../../src/cli/ui/io.ts'
import { damageLines, showEntries } from '../../../src/cli/workenv/check-text.ts'
import { fakeTerminal } from '../../support/cli-terminal.ts'

const damaged = (path: string) => ({ path, kind: 'missing' as const, source: 'package' as const })

test('each place with what is wrong, ten of them, and no path steers the terminal', () => {
  expect(damageLines([])).toBe('')
  expect(damageLines([damaged('/a\u001b[2J'), { path: '/b', kind: 'content', source: 'setup' }])).toBe(
    '  /a\\x1b[2J: is missing\n  /b: has another content, made by setup commands\n',
  )
  const lines = damageLines(Array.from({ length: 12 }, (_, at) => damaged(`/${at}`))).split('\n')
  expect([lines.length, lines[10]]).toEqual([12, '  and 2 more, which --json lists'])
})

test('what is looked at is named on a terminal only', () => {
  const modes = { quiet: false, json: false, noColor: true }
  const [terminal, pipe] = [fakeTerminal({ tty: true }), fakeTerminal()]
  for (const one of [terminal, pipe]) {
    const io = createIo(one, modes)
    showEntries(io)({ id: 'app-1' })
    io.close()
  }
  expect(terminal.written.stderr).toContain('checking app-1')
  expect(pipe.written).toEqual({ stdout: '', stderr: '' })
})
