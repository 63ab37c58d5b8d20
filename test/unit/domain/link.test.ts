import { describe, expect, it } from '@jest/globals';
import type { AuditDraft, AuditKind } from '../../../src/domain/audit.ts';
import { systemActor } from '../../../src/domain/audit-drafts.ts';
import { barToLink, replayLinks, unlink } from '../../../src/domain/link.ts';
import type { LinkFacts, LiveLink } from '../../../src/domain/link.ts';
import { slackAttribute } from '../../../src/domain/people.ts';
import type { SlackProfile } from '../../../src/domain/people.ts';
import { aPerson, START } from '../../builders/domain.ts';
import { aLink } from '../../builders/identity.ts';

const { userId, slack } = aPerson();
const other = aPerson();
const profile = (facts: Partial<SlackProfile> = {}): SlackProfile => ({
  ...{
    slack,
    name: 'Ann',
    deleted: false,
    bot: false,
    guest: false,
    email: null,
    emailConfirmed: false,
    timeZone: null,
  },
  ...facts,
});
const user = { userId, username: 'ann', enabled: true, email: null, emailVerified: false, slackIds: [] };
const account = `${slack.teamId}/${slack.userId}`;
const FREE: LinkFacts = {
  slack,
  homeTeamId: slack.teamId,
  profile: profile(),
  user,
  ofEmail: null,
  named: [],
  linkOfSlack: null,
  linkOfUser: null,
};

describe('I17: who may be linked to whom', () => {
  it('two that nothing ties to others, also where attribute or e-mail say the same', () => {
    expect(barToLink(FREE)).toBeNull();
    const named = { ...user, slackIds: [account] };
    expect(barToLink({ ...FREE, user: named, named: [named], ofEmail: slack })).toBeNull();
  });

  it.each<[string, Partial<LinkFacts>, string]>([
    ['an account that Slack does not know', { profile: null }, 'account'],
    ['one of another team', { homeTeamId: 'T0OTHER' }, 'account'],
    ['one that is deactivated', { profile: profile({ deleted: true }) }, 'account'],
    ['a bot', { profile: profile({ bot: true }) }, 'account'],
    ['a guest', { profile: profile({ guest: true }) }, 'account'],
    ['a user who is gone', { user: null }, 'disabled'],
    ['a user who is disabled', { user: { ...user, enabled: false } }, 'disabled'],
    ["a user with somebody else's e-mail", { ofEmail: other.slack }, 'email_of_other'],
    ['a user whose attribute names another account', { user: { ...user, slackIds: ['T1/U9'] } }, 'linked_elsewhere'],
    ['a user whose attribute names two', { user: { ...user, slackIds: [account, 'T1/U9'] } }, 'linked_elsewhere'],
    ['an account that names another user', { named: [{ ...user, userId: other.userId }] }, 'linked_elsewhere'],
    ['an account with a link', { linkOfSlack: aLink() }, 'linked_elsewhere'],
    ['a user with a link', { linkOfUser: aLink() }, 'linked_elsewhere'],
  ])('not %s', (_, facts, bar) => expect(barToLink({ ...FREE, ...facts })).toBe(bar));
});

it('a link ends once, and keeps who it was', () => {
  const link = aLink();
  expect(unlink(link, 'admin', START + 1)).toEqual({
    ...link,
    state: 'ended',
    endedAt: START + 1,
    endedBy: 'admin',
    revision: 2,
  });
});

it('I22: the audit alone tells who is tied to whom', () => {
  const [kept, over] = [aLink(), aLink()];
  const of = (kind: AuditKind, { id, person }: LiveLink, more: object = {}): AuditDraft => ({
    ...{ kind, at: START, actor: systemActor, resource: null, requestId: null, grantId: null, correlationId: 'c' },
    subject: { userId: person.userId, username: person.username },
    data: { link: id, slack: slackAttribute(person.slack), ...more },
  });
  const linked = [kept, over].map((link) => of('identity.linked', link));
  const strange = [
    of('identity.refused', over),
    { ...of('identity.linked', aLink()), subject: null },
    of('identity.linked', aLink(), { link: 7 }),
    of('identity.linked', aLink(), { slack: null }),
  ];
  const told = replayLinks([...linked, ...strange, of('identity.unlinked', over)]);
  expect([...told]).toEqual([[kept.id, { slack: slackAttribute(kept.person.slack), userId: kept.person.userId }]]);
});
