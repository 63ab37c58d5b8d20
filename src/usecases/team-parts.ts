import { settle } from '../domain/team-ask.ts';
import type { Settled } from '../domain/team-ask.ts';
import type { MessageBody } from '../domain/message.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { InboxItem } from './intent.ts';
import { teamOf } from './intent.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';

/** How it goes is told at most once in this time, and at the end. */
const TOLD_EVERY_MS = 3000;

/**
 * What the write that settles a part of an ask for many people adds: the ask's row, and a message that tells how it goes
 * in place of one to the asker about this part. Null when the envelope is no part.
 */
export async function partSettled(
  ports: Pick<Ports, 'store' | 'clock'>,
  item: InboxItem,
  settled: Settled,
): Promise<Required<Pick<Batch, 'teams' | 'messages'>> | null> {
  const { intent } = item;
  const id = teamOf(item);
  const known = id === null ? null : await ports.store.teamAsk(id);
  if (id === null || known === null || intent.intent !== 'request') return null;
  const ask = settle(known.ask, intent.beneficiary ?? item.slack, settled);
  if (ask === null) return null;
  const at = ports.clock.now();
  const turn = ask.state === 'asked' ? 'asked' : Math.floor(at / TOLD_EVERY_MS);
  const { correlationId } = item;
  return {
    teams: [ask],
    messages: [{ key: `team:${id}:${turn}`, at, correlationId, body: { to: 'team', teamId: id } }],
  };
}

/** What tells the asker of many how their requests went, where this one is of those. */
export const toTeam = ({ teamId }: Pick<AccessRequest, 'teamId'>): readonly MessageBody[] =>
  teamId === null ? [] : [{ to: 'team', teamId }];
