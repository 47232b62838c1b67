import { findInstalledTool, findTool, type ToolWish } from './find-tool.ts'
import { PINNED_UV } from './pinned-tools.ts'
import type { Tool, ToolContext } from './tool.ts'

/** The first uv that has `python install --install-dir`, `--no-bin` and `--python-downloads-json-url`. */
export const UV_FLOOR = '0.8.0'

const WISH: ToolWish = { pinned: PINNED_UV, floor: UV_FLOOR, variable: 'FLAVOR_UV', isModule: true }

/**
 * uv: `FLAVOR_UV`, then PATH, then `python -m uv`, then the pinned one.
 * @throws ToolError
 */
export async function findUv(context: ToolContext): Promise<Tool> {
  return await findTool(WISH, context)
}

/**
 * uv where it is installed; undefined where `findUv` would have to fetch it.
 * @throws ToolError for a FLAVOR_UV that cannot be used
 */
export async function findInstalledUv(context: ToolContext): Promise<Tool | undefined> {
  return await findInstalledTool(WISH, context)
}
