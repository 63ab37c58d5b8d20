import { describe, expect, it } from '@jest/globals';
import { ableApprovers, isMember, mayDecide, unsatisfiable } from '../../../src/domain/authority.ts';
import type { StaffedStage } from '../../../src/domain/authority.ts';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import type { DirectoryUser } from '../../../src/domain/people.ts';

const user = (name: string, facts: Partial<DirectoryUser> = {}): DirectoryUser => ({
  userId: keycloakUserId(name),
  username: name,
  enabled: true,
  email: null,
  emailVerified: false,
  slackIds: [`T/${name}`],
  ...facts,
});
const [ann, ben, cat] = [user('ann'), user('ben'), user('cat')];
const stage = (required: number, ...members: readonly DirectoryUser[]): StaffedStage => ({
  required,
  members,
});
const ids = (users: readonly DirectoryUser[]) => users.map(({ userId }) => userId);

describe('who is a member', () => {
  it('I30: who is enabled in the group as it was read; of a group that was not found nobody is', () => {
    const person = { ...ann, slack: { teamId: 'T', userId: 'ann' } };
    expect(isMember({ members: [ben, ann] }, person)).toBe(true);
    expect(isMember({ members: [ben] }, person)).toBe(false);
    expect(isMember({ members: [user('ann', { enabled: false }), ben] }, person)).toBe(false);
    for (const nothing of [null, undefined, 'missing', 'ambiguous']) expect(isMember(nothing, person)).toBe(false);
  });
});

describe('who could decide', () => {
  it('enabled members who are not barred, and linked by exactly one account where that is needed', () => {
    const bare = user('dan', { slackIds: [] });
    const twice = user('eve', { slackIds: ['a', 'b'] });
    const all = stage(1, ann, ben, user('off', { enabled: false }), bare, twice);
    expect(ids(ableApprovers(all, [ben.userId], 'email'))).toEqual(['ann', 'dan', 'eve']);
    expect(ids(ableApprovers(all, [ben.userId], 'linked'))).toEqual(['ann']);
  });

  it('I12: one person counts once over all stages, so every set of stages needs as many people as it asks for', () => {
    expect(unsatisfiable([stage(1, ann), stage(1, ben)], [], 'email')).toBeNull();
    expect(unsatisfiable([stage(2, ann, ben)], [], 'email')).toBeNull();
    const alone = stage(2, ann);
    expect(unsatisfiable([stage(1, ann), alone], [], 'email')).toBe(alone);
    const second = stage(1, ann);
    expect(unsatisfiable([stage(1, ann), second], [], 'email')).toBe(second);
    const third = stage(1, ann, ben);
    expect(unsatisfiable([stage(1, ann, ben), stage(1, ann, ben), third], [], 'email')).toBe(third);
    expect(unsatisfiable([stage(1, ann, ben), stage(1, ben, cat), stage(1, cat)], [], 'email')).toBeNull();
    expect(unsatisfiable([stage(1, ann)], [ann.userId], 'email')).not.toBeNull();
    expect(unsatisfiable([], [], 'email')).toBeNull();
  });
});

describe('who may decide a stage', () => {
  const person = ({ userId, username }: DirectoryUser) => ({
    userId,
    username,
    slack: { teamId: 'T', userId: username },
  });
  const group = (...members: readonly DirectoryUser[]) => ({ members });

  it('I12: members of its group; those of the other one only once it was escalated', () => {
    const seat = { group: group(ann), escalation: group(ben) };
    expect([ann, ben, cat].map((one) => mayDecide(seat, person(one), false))).toEqual([true, false, false]);
    expect([ann, ben, cat].map((one) => mayDecide(seat, person(one), true))).toEqual([true, true, false]);
    expect(mayDecide({ group: null, escalation: group(ben) }, person(ben), true)).toBe(true);
    expect(mayDecide({ group: group(user('ann', { enabled: false })), escalation: null }, person(ann), true)).toBe(
      false,
    );
    expect(mayDecide(undefined, person(ann), true)).toBe(false);
  });

  it('the manager alone where there is one, and nobody where there is none', () => {
    expect([ann, ben].map((one) => mayDecide({ manager: ann }, person(one), true))).toEqual([true, false]);
    expect(mayDecide({ manager: null }, person(ann), true)).toBe(false);
  });
});
