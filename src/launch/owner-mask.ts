const OWNER = 0o700

/**
 * workenv §1.3: does something while the umask takes nothing from the owner: else directories would be left that their maker cannot use. It
 * belongs to the whole process; what a program gets is set back before.
 */
export async function withoutOwnerMask<Result>(act: () => Promise<Result>): Promise<Result> {
  const before = process.umask(0o077)
  process.umask(before & ~OWNER)
  try {
    return await act()
  } finally {
    process.umask(before)
  }
}
