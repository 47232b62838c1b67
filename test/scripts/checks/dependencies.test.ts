import { expect, test } from 'vitest'
import { dependenciesAreUsed } from '../../../scripts/checks/dependencies.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'

test('a dependency that nothing imports is found; a part of a scoped one counts as the whole', () => {
  const manifest = { dependencies: { '@scope/used': '1.0.0', idle: '1.0.0' }, devDependencies: { vitest: '1.0.0' } }
  const project = projectFrom({
    'package.json': JSON.stringify(manifest),
    'src/cli/a.ts': `import { x } from '@scope/used/part.js'`,
  })
  expect(dependenciesAreUsed.find(project)).toEqual(['package.json: dependencies has idle, which nothing imports'])
})
