import { expect, test } from 'vitest'
import { selfManifest } from '../../../scripts/releases/pack-itself.ts'
import { pinnedNodes } from '../../../src/tools/node.ts'

test('flavor runs on the Node of its package, by its path', () => {
  for (const node of pinnedNodes()) {
    const { execution, slots } = selfManifest(node)
    const [program, script] = execution.argv
    expect(program).toBe(`{workenv}/lib/node_modules/${node.package}/bin/node`)
    expect(script).toBe('{workenv}/lib/node_modules/flavor/dist/cli/main.js')
    expect(slots).toMatchObject([{ target: 'lib', source: '{workenv}/lib' }])
  }
})
