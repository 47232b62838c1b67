import { findTool } from './find-tool.ts'
import { PINNED_PATCHELF } from './pinned-tools.ts'
import type { Tool, ToolContext } from './tool.ts'

/**
 * patchelf: `FLAVOR_PATCHELF`, then PATH, then the pinned one. Its versions write different bytes for the same request, so the one on
 * PATH serves only where it is exactly the pinned version.
 * @throws ToolError
 */
export async function findPatchelf(context: ToolContext): Promise<Tool> {
  const version = PINNED_PATCHELF.version.split('.').slice(0, 3).join('.')
  return await findTool(
    { pinned: PINNED_PATCHELF, floor: '0.15.0', exact: version, variable: 'FLAVOR_PATCHELF', isModule: false },
    context,
  )
}
