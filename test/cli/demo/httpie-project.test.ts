import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HTTPIE_PYPROJECT } from '../../../src/cli/demo/httpie-project.ts'

test('the demonstration packs what the fixture is', () => {
  const fixture = join(import.meta.dirname, '../../../fixtures/httpie-app/pyproject.toml')
  expect(HTTPIE_PYPROJECT).toBe(readFileSync(fixture, 'utf8'))
})
