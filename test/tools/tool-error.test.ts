import { expect, test } from 'vitest'
import { TOOL_CODES, type ToolCode, ToolError } from '../../src/tools/tool-error.ts'

test('every code carries its row, name and hint', () => {
  for (const code of Object.keys(TOOL_CODES) as ToolCode[]) {
    const error = new ToolError(code, 'message', { tool: 'uv' }, { hint: 'install it' })
    expect(error).toMatchObject({ name: 'ToolError', code, row: TOOL_CODES[code], hint: 'install it' })
  }
})

test('a failed download is a network failure, a wrong hash a failed verification', () => {
  expect(TOOL_CODES.TOOL_DOWNLOAD.exit).toBe(4)
  expect(TOOL_CODES.TOOL_HASH.exit).toBe(3)
})
