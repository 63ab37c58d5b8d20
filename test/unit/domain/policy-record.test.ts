import { describe, expect, it } from '@jest/globals';
import { canonical } from '../../../src/domain/canonical.ts';
import { policyRecord } from '../../../src/domain/policy-record.ts';
import type { LeaseQuestion } from '../../../src/domain/policy.ts';
import { readRecord } from '../../../src/policy/recorded.ts';
import { aQuestion } from '../../builders/policy.ts';

const OWN = { stages: [{ approverGroup: '/approvers/platform', required: 1 }], maxSeconds: 14_400 };
const ANSWER = { verdict: 'approval', stages: null, maxSeconds: 1800, tickets: ['INC'] } as const;

function question(changes: Parameters<typeof aQuestion>[0]): LeaseQuestion {
  const asked = aQuestion(changes);
  if (asked.resource === null) throw new Error('a gate');
  return asked;
}
const kept = (changes: Parameters<typeof aQuestion>[0]) => policyRecord(question(changes), ANSWER, OWN);

describe('what the audit keeps of a question to policy', () => {
  it('everything but the justification, and reads it again', () => {
    const asked = question({
      subject: { groups: ['/a'], attributes: { team: ['x'] }, manager: 'bob' },
      resource: { roles: ['read'] },
      request: { justification: 'private words', bundle: ['/b'] },
      context: { live: ['/c'], liveCount: 1, recent: { requests24h: 3, denied24h: 1 } },
    });
    const record = policyRecord(asked, ANSWER, OWN);
    expect(canonical(record)).not.toContain('private words');
    const { seconds, startsAt, onBehalf, requester, bundle } = asked.request;
    const request = { seconds, startsAt, onBehalf, requester, bundle };
    expect(readRecord(JSON.parse(canonical(record)))).toEqual({
      asked: { ...asked, request },
      outcome: { ...ANSWER, own: OWN },
      cut: [],
    });
  });

  it('groups that could not be seen stay null', () => {
    expect(readRecord(kept({ subject: { groups: null } }))).toMatchObject({
      asked: { subject: { groups: null } },
      cut: [],
    });
  });

  it.each([
    ['too many groups', { subject: { groups: Array.from({ length: 201 }, (_, n) => `/g${n}`) } }, 'groups'],
    ['too long attributes', { subject: { attributes: { picture: ['x'.repeat(9000)] } } }, 'attributes'],
    ['roles that are no text', { resource: { roles: ['\ud800'] } }, 'roles'],
  ] as const)('%s are left out, which is told: they are unknown', (_, changes, name) => {
    const record = kept(changes);
    expect(canonical(record).length).toBeLessThan(1500);
    const read = readRecord(record);
    expect(read?.cut).toEqual([name]);
    const { subject, resource } = read?.asked ?? {};
    expect({ groups: subject?.groups, attributes: subject?.attributes, roles: resource?.roles }[name]).toBeNull();
  });

  it('what cannot be read is no record', () => {
    expect(readRecord({ asked: {} })).toBeNull();
  });
});
