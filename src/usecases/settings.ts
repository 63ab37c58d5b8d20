/** Limits and waits that the environment sets. */
export type Settings = {
  readonly realm: string;
  readonly adminGroup: string;
  readonly approvalsChannel: string | null;
  /** Where browsers reach us, without a slash at its end; null: that is not set up. */
  readonly publicUrl: string | null;
  /** The authentication context class that approvers of risk critical sign in with; null: signing in is not set up. */
  readonly stepUpAcr: string | null;
  readonly minSeconds: number;
  readonly requestTtlSeconds: number;
  readonly quarantineSeconds: number;
  /** Names this process among replicas. */
  readonly replica: string;
};
