/** Limits and waits that the environment sets. */
export type Settings = {
  readonly realm: string;
  readonly adminGroup: string;
  readonly approvalsChannel: string | null;
  readonly minSeconds: number;
  readonly requestTtlSeconds: number;
  readonly quarantineSeconds: number;
  /** Names this process among replicas. */
  readonly replica: string;
};
