import type { PythonProject } from '../../manifest/project.ts'
import { PINNED_UV } from '../../tools/pinned-tools.ts'
import { fetchPinnedTool } from '../../tools/pinned-wheel.ts'
import type { Tool, ToolContext } from '../../tools/tool.ts'
import { findUv } from '../../tools/uv.ts'
import { stale } from './check-lock.ts'
import type { Uv } from './uv-command.ts'
import { uvEnvironment } from './uv-settings.ts'

/**
 * The uv that a lock names; without a lock any that is new enough. Where the machine has another one, the pinned one may be it.
 * @throws BuilderError LOCK_STALE; ToolError
 */
export async function projectUv(project: PythonProject, locked: string | undefined, context: ToolContext): Promise<Uv> {
  const { directory } = project
  const [tool, environment] = await Promise.all([
    lockedTool(project, locked, context),
    uvEnvironment(context.environment, directory),
  ])
  return { tool, environment, directory }
}

async function lockedTool(project: PythonProject, locked: string | undefined, context: ToolContext): Promise<Tool> {
  const tool = await findUv(context)
  if (locked === undefined || tool.version === locked) return tool
  if (locked !== PINNED_UV.version)
    throw stale({ project }, `was made with uv ${locked}, and this is uv ${tool.version}`)
  const program = await fetchPinnedTool(PINNED_UV, context)
  return { name: 'uv', command: [program], version: locked, origin: 'pinned' }
}
