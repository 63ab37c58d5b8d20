import { requestId, teamAskId } from '../../src/domain/ids.ts';
import type { AccessRequest } from '../../src/domain/request.ts';
import type { Part, TeamAsk } from '../../src/domain/team-ask.ts';
import { renderTeam } from '../../src/slack/render/team.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import { message } from './pieces.ts';
import type { Hung } from './pieces.ts';
import { everyRefusal } from './refusals.ts';
import { ann, approved, AT, closed, denied, pending, production } from './samples.ts';

const someone = (index: number) => ({ teamId: ann.slack.teamId, userId: `U0NEW${index}` });
const asked = (index: number): Part => ({ part: 'asked', requests: [requestId(`r${index}`)] });
const guest = (index: number): Part => ({
  part: 'refused',
  refusal: { refusal: 'not_for_them', person: someone(index), because: 'guest' },
});

/** An ask for as many people as there are parts. */
export const teamAsk = (parts: readonly Part[], path: string): TeamAsk => ({
  id: teamAskId('t1'),
  realm: 'acme',
  asker: ann,
  resources: [{ ...production, path }],
  askedSeconds: 4 * 3600,
  people: parts.map((part, index) => ({ slack: someone(index), ...part })),
  submittedAt: AT,
  correlationId: 'c1',
  revision: parts.length,
  state: parts.some(({ part }) => part === 'waiting') ? 'asking' : 'asked',
});

const parts = (count: number, part: (index: number) => Part): readonly Part[] =>
  Array.from({ length: count }, (_, index) => part(index));
const ofSomeone = (rows: readonly AccessRequest[]): readonly AccessRequest[] =>
  rows.map((row, index) => ({ ...row, id: requestId(`r${index}`), beneficiary: { ...ann, slack: someone(index) } }));

/** An ask for many people as its one message tells it. */
export function teams(say: Catalogue): readonly Hung[] {
  const tell = (name: string, ask: TeamAsk, requests: readonly AccessRequest[] = []): Hung =>
    message(name, renderTeam(say, { ask, requests }));
  const done = teamAsk([...parts(28, asked), guest(28), guest(29)], production.path);
  const mixed = [approved, approved, denied, closed('expired'), ...Array.from({ length: 24 }, () => pending)];
  // One part asks for one access.
  const worst = everyRefusal('&'.repeat(255)).flatMap((refusal): readonly Part[] =>
    refusal.refusal === 'parts_refused' ? [] : [{ part: 'refused', refusal }],
  );
  return [
    tell(
      'many people, just begun',
      teamAsk(
        parts(30, () => ({ part: 'waiting' })),
        production.path,
      ),
    ),
    tell(
      'many people, under way',
      teamAsk([...parts(12, asked), guest(12), ...parts(17, () => ({ part: 'waiting' }))], production.path),
      ofSomeone(Array.from({ length: 12 }, () => pending)),
    ),
    tell('many people, all asked', done, ofSomeone(Array.from({ length: 28 }, () => pending))),
    tell('many people, some decided', done, ofSomeone(mixed)),
    tell('many people, all decided', done, ofSomeone(Array.from({ length: 28 }, () => denied))),
    tell('many people, the worst that can come', teamAsk(worst.slice(0, 50), '&'.repeat(255))),
  ];
}
