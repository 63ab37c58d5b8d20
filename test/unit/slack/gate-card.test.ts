import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { spendGate } from '../../../src/domain/gate.ts';
import type { ClosedGate, Gate } from '../../../src/domain/gate.ts';
import { renderGate } from '../../../src/slack/render/gate-card.ts';
import { renderWords } from '../../../src/slack/render/words.ts';
import type { GateView } from '../../../src/usecases/views.ts';
import { en } from '../../../src/slack/words/en.ts';
import { approvedGate, deniedGate, halfWay, viewOf, waitingGate } from '../../../sandbox/gallery/gates.ts';
import { permalink } from '../../../sandbox/gallery/pieces.ts';
import { AT, entry, HOSTILE } from '../../../sandbox/gallery/samples.ts';

const drawn = (gate: Gate, facts: Partial<GateView> = {}): string =>
  JSON.stringify(renderGate(en, viewOf(gate, facts)).blocks);
const closed = (state: ClosedGate['state']): ClosedGate => ({ ...waitingGate, state, closedAt: AT });

describe('the card of a sign-in that waits', () => {
  it('says who wants to sign in where, from where, why, until when, by which rule, and whom it waits for', () => {
    const text = drawn(waitingGate);
    for (const fact of [
      'Sign-in: waiting',
      '<@U0ANN> (*ann*) wants to sign in to *Grafana* (grafana)',
      '10.1.2.3, Firefox on Linux',
      'sign-ins to this application need an approval',
      'Waiting for /approvers/platform: 0 of 1 approval · until ',
      'only its members can decide',
      'Policy: dashboards of production ask first · decision 8d0f2c1e',
      '#1204 9f3ac1d2e4b7',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('shows the code as large as Slack can, below the sentence that it must be the one that the person tells', () => {
    const { blocks, text } = renderGate(en, viewOf(waitingGate));
    const code = blocks.findIndex((block) => block.type === 'header' && block.text.text === '482 913');
    expect(JSON.stringify(blocks[code - 1])).toContain(
      'Approve only after <@U0ANN> has told or shown you this very code.',
    );
    expect(text).toBe(
      '<@U0ANN> (*ann*) wants to sign in to *Grafana* (grafana) from 10.1.2.3, Firefox on Linux, with code 482 913.',
    );
  });

  it('says what the person wants to change, and which unusual scopes are asked for', () => {
    expect(drawn({ ...waitingGate, trigger: 'action', action: 'UPDATE_PASSWORD' })).toContain('to change the password');
    expect(drawn({ ...waitingGate, trigger: 'action', action: 'delete_credential:7d1f' })).toContain(
      'to remove a way to sign in',
    );
    expect(drawn({ ...waitingGate, trigger: 'action', action: 'toString' })).toContain('for toString in Keycloak');
    expect(drawn({ ...waitingGate, scopes: ['openid', 'payments'] })).toContain('*Scopes*  payments');
    expect(drawn(waitingGate)).not.toContain('Scopes');
  });

  it('has Approve and Deny with the id of the gate, each told apart by ear, and no dialog', () => {
    const buttons = renderGate(en, viewOf(waitingGate)).blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements : [],
    );
    expect(buttons).toMatchObject([
      {
        ...{ action_id: 'gate_approve', value: waitingGate.id, style: 'primary' },
        accessibility_label: 'Approve the sign-in with code 482 913, of ann',
      },
      {
        ...{ action_id: 'gate_deny', value: waitingGate.id, style: 'danger' },
        accessibility_label: 'Deny the sign-in with code 482 913, of ann',
      },
    ]);
    expect(buttons.some((button) => 'confirm' in button)).toBe(false);
  });

  it('counts approvals while it waits for more', () => {
    expect(drawn(halfWay)).toContain('1 of 2 approvals');
    expect(drawn(halfWay)).toContain('Approved by <@U0CHEN>');
  });

  it('names by the Keycloak username whoever has no Slack account, and an application without a name by its id', () => {
    const text = drawn({ ...waitingGate, clientName: '${client_account}' }, { slack: null });
    expect(text).toContain('*ann* wants to sign in to *grafana*');
    expect(text).not.toContain('<@');
  });

  it('I20: what people and Keycloak wrote calls nobody, leads nowhere and looks like nothing of ours', () => {
    const text = drawn({
      ...waitingGate,
      ...{ person: { ...waitingGate.person, username: HOSTILE }, client: HOSTILE, clientName: HOSTILE },
      ...{ ip: HOSTILE, device: HOSTILE, scopes: [HOSTILE], trigger: 'action', action: HOSTILE },
    });
    expect(text).not.toMatch(/<!channel>|<@U0BOB>|<https|\*bold\*|`code`|\u202E/u);
  });
});

describe('afterwards', () => {
  const spent = spendGate(approvedGate, 'tab-1', AT);
  if (spent === null) throw new Error('not spent');

  it.each([
    ['approved', approvedGate, ['Sign-in: approved', 'Approved by <@U0CHEN>', 'not signed in yet']],
    ['gone on with', spent, ['Sign-in: done', 'Approved by <@U0CHEN>', '<@U0ANN> has signed in.']],
    ['denied', deniedGate, ['Sign-in: denied', '*Denied*  by <@U0CHEN>']],
    ['expired', closed('expired'), ['Sign-in: not answered', 'nobody decided before']],
    ['withdrawn', closed('withdrawn'), ['Sign-in: turned back', '*Turned back*  by <@U0ANN>']],
    ['superseded', closed('superseded'), ['Sign-in: replaced', 'came from another browser']],
    ['unreachable', closed('unreachable'), ['Sign-in: nobody asked', 'no approver could be reached']],
  ] as const)('%s: says what became of it, without buttons and without the code', (_, gate, facts) => {
    const text = drawn(gate);
    for (const fact of facts) expect(text).toContain(fact);
    expect(text).not.toMatch(/gate_approve|gate_deny|482 ?913/u);
    expect(renderGate(en, viewOf(gate)).text).toContain('<@U0ANN> (*ann*) wanted to sign in to *Grafana* (grafana)');
  });
});

it('whoever is denied reads where the sign-in came from, and what to do where it was not he', () => {
  const { text } = renderWords(en, { say: 'gate_denied', gate: deniedGate }, permalink);
  expect(text).toContain(
    'A sign-in to *Grafana* (grafana) as *ann*, from 10.1.2.3, Firefox on Linux, was denied by <@U0CHEN>',
  );
  expect(text).toContain('change your password now and tell the operator');
});

it('an approver reads how many approvals are still needed', () => {
  const told = (gate: Gate) => renderWords(en, { say: 'your_gate_decision', gate, kind: 'approve' }, permalink).text;
  expect(told(halfWay)).toContain('1 more is needed.');
  expect(told(approvedGate)).toBe(
    'You approved the sign-in of *ann* to *Grafana* (grafana). The card shows what becomes of it.',
  );
});

it('the audit tells of a sign-in to which application it was, and why it came to the gate', () => {
  const entries: readonly AuditEntry[] = [
    { ...entry(2), kind: 'gate.denied', resource: null, data: { client: 'grafana' } },
    { ...entry(1), kind: 'gate.opened', resource: null, data: { client: '<!here>', trigger: 'client' } },
  ];
  const page = { say: 'audit_page', entries, words: '', person: null, page: 0, more: false } as const;
  const text = JSON.stringify(renderWords(en, page, permalink).blocks);
  expect(text).toContain('*sign-in denied*  grafana\\nfor ann, by <@U0CHEN>');
  expect(text).toContain('*sign-in waits*  &lt;!here&gt; · the application\\nfor ann');
});
