import { expect, test } from 'vitest'
import { codesAreUsed } from '../../../scripts/checks/errors.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'
import { installationRoot } from '../../../src/tools/installation.ts'

test('a code that is only in its table, or in a type, is neither thrown nor tested', async () => {
  const project = {
    ...projectFrom({
      'src/tools/tool-error.ts': '',
      'src/tools/uv.ts': `throw new ToolError('TOOL_NOT_FOUND', message)\n  | 'TOOL_HASH'`,
      'test/tools/uv.test.ts': `expect(error.code).toBe('TOOL_NOT_FOUND')`,
    }),
    root: installationRoot(),
  }
  const findings = await codesAreUsed.find(project)
  expect(findings.filter(finding => finding.includes('TOOL_NOT_FOUND'))).toEqual([])
  expect(findings.filter(finding => finding.includes('TOOL_HASH'))).toEqual([
    'src/tools/tool-error.ts: TOOL_HASH is thrown nowhere',
    'src/tools/tool-error.ts: TOOL_HASH is in no test and no vector',
  ])
})
