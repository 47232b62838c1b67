import { expect, test } from 'vitest'
import { linksLead } from '../../../scripts/checks/links.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'

test('a link to a page that is not there is found; folders, anchors and addresses are not', () => {
  const text = '[a](b.md#part) [c](gone.md)\n[d](https://example.org/x) [e](#here) [f](../spec/)\n'
  const project = projectFrom({ 'docs/a.md': text, 'docs/b.md': '', 'spec/x.md': '' })
  expect(linksLead.find(project)).toEqual(['docs/a.md:1: docs/gone.md does not exist'])
})
