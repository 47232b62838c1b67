import type { Platform } from '../../format/platform.ts'
import type { ToolContext } from '../../tools/tool.ts'

/** A launcher that can be built: what it will be called, and how it is known once it is there. */
export interface LauncherRecipe {
  /** Also the name of its file. */
  readonly tool: string
  readonly toolVersion: string
  readonly platform: Platform
  /** Hash of our part of what it is built from: two with the same do the same. */
  readonly sources: string
  /** Hash of all that it is built from, the tools too: two with the same are the same. Names its directory. */
  readonly hash: string
  /** Writes the launcher to `output`. */
  build(output: string, context: ToolContext): Promise<void>
}
