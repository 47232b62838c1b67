import { expect, test } from 'vitest'
import { recordPath, recordRow, recordRows } from '../../../src/builders/python/wheel-record.ts'

test('a path is read as it was written, with commas and quotes', () => {
  for (const path of ['app/cli.py', 'app/a,"b".py', '../../../bin/app']) {
    expect(recordPath(recordRow(path))).toBe(path)
    expect(recordPath(recordRow(path, Buffer.from('x')))).toBe(path)
  }
})

test('a hash is SHA-256 in URL-safe base64 without padding, as PEP 376 has it', () => {
  expect(recordRow('a', Buffer.from(''))).toBe('a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0')
  expect(recordRow('a')).toBe('a,,')
})

test('rows end with either line ending', () => {
  expect(recordRows('a,,\r\nb,,\n\n')).toEqual(['a,,', 'b,,'])
})
