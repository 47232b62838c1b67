/** The version of this program, as package.json has it (a test compares them). Written into every package. */
export const VERSION = '0.1.0'
