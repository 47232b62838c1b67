import { expect, test } from 'vitest'
import { CODEC_CODES, CodecError } from '../../src/codecs/codec-error.ts'

test('carries its row, its detail and its cause', () => {
  const cause = new Error('zlib')
  const error = new CodecError('GZIP_DATA', 'slot 1: damaged', { where: 'slot 1' }, { cause })
  expect(error).toMatchObject({ name: 'CodecError', code: 'GZIP_DATA', detail: { where: 'slot 1' }, cause })
  expect(error.row).toBe(CODEC_CODES.GZIP_DATA)
})

test('§8.5 refusals of a reader end the CLI with 3 and a launcher with 103, but for a wrong key', () => {
  const others = ['TAR_MEMBER', 'ENCODE_FAILED', 'SLOT_KEY_WRONG']
  const reading = Object.entries(CODEC_CODES).filter(([code]) => !others.includes(code))
  expect(new Set(reading.map(([, row]) => `${row.exit} ${row.launcherExit}`))).toEqual(new Set(['3 103']))
  expect(CODEC_CODES.SLOT_KEY_WRONG).toMatchObject({ exit: 1, launcherExit: 110 })
})
