import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const dependency = { exit: 1, launcherExit: 110 } as const

/** Every way in which a tool that we need can fail to be there. */
export const TOOL_CODES = {
  TOOL_NOT_FOUND: { ...dependency, meaning: 'a tool is neither installed nor can it be fetched' },
  TOOL_UNUSABLE: { ...dependency, meaning: 'a tool that was named does not run, or is another program' },
  TOOL_VERSION: { ...dependency, meaning: 'a tool that was named is older than what we need' },
  TOOL_DOWNLOAD: { ...dependency, exit: 4, meaning: 'a pinned tool cannot be downloaded' },
  TOOL_HASH: { ...dependency, exit: 3, meaning: 'a downloaded tool is not the one that is pinned' },
  TOOL_UNPACK: { ...dependency, meaning: 'a downloaded tool cannot be unpacked into the cache' },
} as const satisfies CodeTable

export type ToolCode = keyof typeof TOOL_CODES

/** A tool that is missing, wrong or out of reach. */
export class ToolError extends FlavorError {
  declare readonly code: ToolCode

  constructor(code: ToolCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(TOOL_CODES[code], code, message, detail, options)
  }
}
