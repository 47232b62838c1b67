import { expect, onTestFinished, test } from 'vitest'
import { withoutOwnerMask } from '../../src/launch/owner-mask.ts'

test.each([0o777, 0o177, 0o022, 0])(
  'workenv §1.3: a umask of %o takes nothing from the owner, and is set back',
  async mask => {
    const before = process.umask(mask)
    onTestFinished(() => void process.umask(before))
    expect(await withoutOwnerMask(async () => process.umask())).toBe(mask & 0o077)
    await expect(withoutOwnerMask(() => Promise.reject(new Error('fails')))).rejects.toThrow()
    expect(process.umask()).toBe(mask)
  },
)
