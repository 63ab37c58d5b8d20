import type { Posted } from '../domain/message.ts';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../lib/errors.ts';
import type { Log } from '../usecases/ports.ts';
import type { Web } from './web.ts';

type Identity = {
  readonly teamId: string;
  readonly teamName: string;
  readonly teamUrl: string;
  readonly botId: string;
  readonly botUserId: string;
};

/** Who we are in Slack, known once `auth.test` was answered. */
export interface Self {
  known(): Identity | null;
  /** @throws slack_unavailable before it is known */
  teamId(): string;
  /** @throws slack_unavailable before it is known */
  teamName(): string;
  /** The address of a message, or null before the workspace's address is known. */
  permalink(posted: Posted): string | null;
  /** Asks until Slack answers or `signal` aborts; a refused token is asked again too, an operator may mend it. */
  learn(signal: AbortSignal): Promise<Identity>;
}

const MAX_WAIT_MS = 30_000;

export function createSelf(web: Web, log: Log): Self {
  let identity: Identity | null = null;
  const certain = (): Identity => {
    if (identity === null) throw new CodedError('slack_unavailable', 'Slack has not told yet who we are');
    return identity;
  };
  return {
    known: () => identity,
    teamId: () => certain().teamId,
    teamName: () => certain().teamName,
    permalink: ({ channel, ts }) =>
      identity === null ? null : new URL(`archives/${channel}/p${ts.replace('.', '')}`, identity.teamUrl).href,
    async learn(signal) {
      const stopped = once(signal, 'abort').then(() => Promise.reject(new Error('stopped')));
      stopped.catch(() => undefined);
      for (let waitMs = 500; identity === null; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
        try {
          identity = await Promise.race([authTest(web), stopped]);
        } catch (error) {
          if (signal.aborted) throw error;
          log.error('slack.auth_failed', {
            reason: error instanceof Error ? error.message : String(error),
            retryInMs: waitMs,
          });
          await sleep(waitMs, undefined, { signal });
        }
      }
      return identity;
    },
  };
}

async function authTest(web: Web): Promise<Identity> {
  const {
    team_id: teamId,
    team: teamName = '',
    url: teamUrl,
    bot_id: botId,
    user_id: botUserId,
  } = await web.call('auth.test', (client) => client.auth.test());
  if (teamId === undefined || teamUrl === undefined || botId === undefined || botUserId === undefined) {
    throw new CodedError('slack_refused', 'the token is not a bot token');
  }
  return { teamId, teamName, teamUrl, botId, botUserId };
}
