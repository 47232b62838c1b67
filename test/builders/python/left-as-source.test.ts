import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { leftAsSource } from '../../../src/builders/python/left-as-source.ts'
import { scratch } from '../../support/scratch.ts'
import { writeFiles } from './stand-ins.ts'

function left(files: readonly string[]): string[] {
  const site = scratch()
  writeFiles(site, Object.fromEntries(files.map(path => [path, 'x = 1\n'])))
  return leftAsSource(site).map(path => relative(site, path))
}

test('tools, and languages that hardly anybody shows', () => {
  const lexers = ['__init__', '_mapping', 'python', 'lisp', '_php_builtins'].map(name =>
    join('pygments/lexers', `${name}.py`),
  )
  expect(left([...lexers, 'pygments/lexers/notes.txt'])).toEqual([
    'pip',
    'setuptools',
    'pygments/lexers/_php_builtins.py',
    'pygments/lexers/lisp.py',
  ])
})

test('what a shown language imports is compiled too: httpie compiled eight lexers at each start', () => {
  const site = scratch()
  writeFiles(site, {
    'pygments/lexers/text.py': 'from pygments.lexers.lilypond import LilyPondLexer\n',
    'pygments/lexers/lilypond.py': 'from pygments.lexers._lilypond_builtins import (\n    keywords)\n',
    'pygments/lexers/_lilypond_builtins.py': 'keywords = []\n',
    'pygments/lexers/haxe.py': '# pygments.lexers.text imports this\n',
  })
  expect(leftAsSource(site).map(path => relative(site, path))).toEqual(['pip', 'setuptools', 'pygments/lexers/haxe.py'])
})

test('setuptools is compiled where pkg_resources, which programs import, needs parts of it', () => {
  expect(left(['pkg_resources/__init__.py'])).toEqual(['pip'])
})
