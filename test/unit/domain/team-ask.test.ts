import { describe, expect, it } from '@jest/globals';
import { requestId } from '../../../src/domain/ids.ts';
import { onceEach, replayTeams, settle, tallyOf } from '../../../src/domain/team-ask.ts';
import { personActor, requestEntry, teamEntry } from '../../../src/domain/audit-drafts.ts';
import { START, aPerson, aRequest, aTeamAsk } from '../../builders/domain.ts';

const [bob, chen] = [aPerson('bob').slack, aPerson('chen').slack];
const asked = { part: 'asked', requests: [requestId('r')] } as const;
const refused = { part: 'refused', refusal: { refusal: 'guest' } } as const;

describe('an ask for many people', () => {
  it('names each person once, in order', () => {
    expect(onceEach([chen, bob, { ...chen }])).toEqual([chen, bob]);
    expect(onceEach([])).toEqual([]);
  });

  it('is done when nobody’s part waits any more, and counts what became of each', () => {
    const ask = aTeamAsk([bob, chen]);
    const first = settle(ask, chen, asked);
    expect(first).toMatchObject({ state: 'asking', revision: 2, people: [{ part: 'waiting' }, asked] });
    const second = first && settle(first, bob, refused);
    expect(second).toMatchObject({ state: 'asked', revision: 3 });
    expect(second && tallyOf(second)).toEqual({ people: 2, asked: 1, refused: 1 });
  });

  it('a part is settled once, and nobody else’s is', () => {
    const ask = aTeamAsk([bob]);
    const done = settle(ask, bob, refused);
    expect(done && settle(done, bob, asked)).toBeNull();
    expect(settle(ask, chen, asked)).toBeNull();
  });

  it('I22: the audit alone tells how many were asked and refused', () => {
    const ask = aTeamAsk([bob, chen]);
    const request = aRequest({ teamId: ask.id });
    const entry = requestEntry('request.submitted', request, personActor(request.requester), START);
    const entries = [teamEntry('team.submitted', ask), entry, { ...entry, kind: 'request.refused' as const }];
    const reopened = requestEntry('request.reopened', request, personActor(request.requester), START);
    const own = requestEntry('request.submitted', aRequest(), personActor(request.requester), START);
    expect(replayTeams([...entries, reopened, own])).toEqual(
      new Map([[String(ask.id), { people: 2, asked: 1, refused: 1 }]]),
    );
  });
});
