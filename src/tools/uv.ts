import { findTool } from './find-tool.ts'
import { PINNED_UV } from './pinned-tools.ts'
import type { Tool, ToolContext } from './tool.ts'

/** The first uv that has `python install --install-dir`, `--no-bin` and `--python-downloads-json-url`. */
export const UV_FLOOR = '0.8.0'

/**
 * uv: `FLAVOR_UV`, then PATH, then `python -m uv`, then the pinned one.
 * @throws ToolError
 */
export async function findUv(context: ToolContext): Promise<Tool> {
  return await findTool({ pinned: PINNED_UV, floor: UV_FLOOR, variable: 'FLAVOR_UV', isModule: true }, context)
}
