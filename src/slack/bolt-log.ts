import { LogLevel } from '@slack/bolt';
import type { Logger } from '@slack/bolt';
import type { Log } from '../usecases/ports.ts';

export type BoltLogger = Logger;

/**
 * Bolt's log lines in ours. Its debug lines print whole payloads, with people's words in them, so they end here.
 */
export function boltLogger(log: Log): BoltLogger {
  const line = (parts: readonly unknown[]) => ({ line: parts.map(String).join(' ').slice(0, 300) });
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts: unknown[]) => log.warn('slack.bolt', line(parts)),
    error: (...parts: unknown[]) => log.error('slack.bolt', line(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
