/** What was removed, or would be. */
export interface Removal {
  readonly kind: 'workenv' | 'reference workenv' | 'shared slot' | 'leftover'
  /** Key, tree hash, or path. */
  readonly id: string
  readonly path: string
  readonly bytes: number
}
