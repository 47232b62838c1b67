import { openPackage } from './package-file.ts'
import { type VerifyOptions, type VerifyReport, verifyPackage } from './verify.ts'

/**
 * Opens a package, verifies it and closes it (spec §9.1).
 * @throws what `openPackage` and `verifyPackage` throw
 */
export async function verify(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const pkg = openPackage(path)
  try {
    return await verifyPackage(pkg, options)
  } finally {
    pkg.close()
  }
}
