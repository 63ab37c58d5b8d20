import { describe, expect, it } from '@jest/globals';
import { spendGate } from '../../../src/domain/gate.ts';
import type { ClosedGate, Gate } from '../../../src/domain/gate.ts';
import { renderGate } from '../../../src/slack/render/gate-card.ts';
import { en } from '../../../src/slack/words/en.ts';
import { approvedToken, deniedToken, viewOf, waitingToken } from '../../../sandbox/gallery/gates.ts';
import { AT } from '../../../sandbox/gallery/samples.ts';

const blocksOf = (gate: Gate) => renderGate(en, viewOf(gate)).blocks;
const drawn = (gate: Gate): string => JSON.stringify(blocksOf(gate));
const closed = (state: ClosedGate['state']): ClosedGate => ({ ...waitingToken, state, closedAt: AT });

describe('the card of a token that waits', () => {
  it('says who asks in whose name, why, for what, what it gives, for how long, and whom it waits for', () => {
    const text = drawn(waitingToken);
    for (const fact of [
      'Token: waiting',
      '*Release pipeline* (release) asks for a token as <@U0ANN> (*ann*)',
      'release 4711 of the shop',
      '*Scopes*  deploy',
      '*Gives*  deployer, registry/push',
      '*For*  15 minutes from the approval, at most',
      'Waiting for /approvers/platform: 0 of 1 approval · until ',
    ])
      expect(text).toContain(fact);
  });

  it('shows the message as large as Slack can, below the sentence that the log has to show the very same', () => {
    const blocks = blocksOf(waitingToken);
    const message = blocks.findIndex((block) => block.type === 'header' && block.text.text === '4829-1377');
    expect(JSON.stringify(blocks[message - 1])).toContain(
      'Approve only if the log of *Release pipeline* (release) shows',
    );
    expect(drawn(waitingToken)).toContain('gate_approve');
    expect(drawn(waitingToken)).toContain('gate_deny');
  });

  it('asks the person himself in other words, where nobody else is asked', () => {
    const text = drawn({ ...waitingToken, stage: null });
    expect(text).toContain('Approve only if you started this yourself');
    expect(text).toContain('You are asked because it is in your name.');
    expect(text).not.toContain('/approvers/');
  });

  it('says of one without a role whose token it is, to whoever decides', () => {
    const { backchannel } = waitingToken;
    if (backchannel === undefined) throw new Error('no token');
    expect(drawn({ ...waitingToken, backchannel: { ...backchannel, roles: [] } })).toContain(
      'no role; it says that it is <@U0ANN>',
    );
  });

  it.each<[string, Gate, string]>([
    ['approved, and Keycloak not told yet', approvedToken, 'Keycloak is being told'],
    ['issued', spendGate(approvedToken, 'backchannel', AT) ?? approvedToken, 'its tokens may be used until'],
    ['denied', deniedToken, 'Denied'],
    ['not answered', closed('expired'), 'nobody decided before'],
    ['without anybody to ask', closed('unreachable'), 'nobody could be reached'],
    ['changed meanwhile', closed('changed'), 'would carry something else now'],
    ['not taken', closed('untaken'), 'did not take the approval any more'],
  ])('%s has no buttons, and says so', (_, gate, words) => {
    const text = drawn(gate);
    expect(text).toContain(words);
    expect(text).not.toContain('gate_approve');
  });
});
