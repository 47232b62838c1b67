import { expect, test } from 'vitest'
import { readDeclarations } from '../../../scripts/generated/declarations.ts'

test('statements keep their docstring; what is not exported is left out', () => {
  const { declarations, reexports } = readDeclarations(`import type { A } from './a.ts';
/** Hidden. */
declare const hidden: number;
/**
 * Adds.
 * @throws SumError TOO_BIG
 */
export declare function add(a: number, b: {
    x: number;
}): number;
export interface Plain {
    /** One. */
    readonly a: A;
}
export * from './all.ts';
export { one, type Two } from './some.ts';
`)
  expect(declarations).toEqual([
    {
      name: 'add',
      doc: 'Adds.\n\n**Throws** SumError TOO_BIG',
      text: 'function add(a: number, b: {\n    x: number;\n}): number;',
    },
    { name: 'Plain', doc: '', text: 'interface Plain {\n    /** One. */\n    readonly a: A;\n}' },
  ])
  expect(reexports).toEqual([
    { from: './all.ts', names: [] },
    { from: './some.ts', names: ['one', 'Two'] },
  ])
})
