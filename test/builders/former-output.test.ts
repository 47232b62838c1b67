import { expect, test } from 'vitest'
import { withoutFormerOutputs } from '../../src/builders/former-output.ts'
import type { TreeEntry } from '../../src/package/tree-entry.ts'
import { fileSlot, sampleTree } from '../support/sample-plan.ts'

const file = (path: string): TreeEntry => {
  return { type: 'file', path, mode: 0o644, size: 1, content: { path: `/project/${path}` } }
}
const directory = (path: string): TreeEntry => ({ type: 'directory', path, mode: 0o755 })

function left(entries: readonly TreeEntry[], outputs: readonly string[]): string[] {
  const { content } = withoutFormerOutputs({ ...sampleTree(), content: { kind: 'tree', entries } }, outputs)
  return content.kind === 'tree' ? content.entries.map(({ path }) => path) : []
}

test('a former package stays out, and so do the directories that hold nothing else', () => {
  const entries = [file('app.json'), directory('dist'), directory('dist/new'), file('dist/new/app.psp'), file('run.sh')]
  expect(left(entries, ['/project/dist/new/app.psp'])).toEqual(['app.json', 'run.sh'])
  expect(left([...entries, file('dist/other')], ['/project/dist/new/app.psp'])).toEqual([
    'app.json',
    'dist',
    'run.sh',
    'dist/other',
  ])
  expect(left([...entries, directory('dist/empty')], ['/project/dist/new/app.psp'])).toContain('dist')
})

test('what is no former package stays, whatever its name', () => {
  const entries = [directory('dist'), file('dist/app.psp'), directory('empty')]
  expect(left(entries, ['/other/dist/app.psp'])).toEqual(['dist', 'dist/app.psp', 'empty'])
  const slot = fileSlot('readme', '/project/dist/app.psp', 'readme')
  expect(withoutFormerOutputs(slot, ['/project/dist/app.psp'])).toBe(slot)
})
