import { describe, expect, it } from '@jest/globals';
import { resolveIdentity } from '../../../src/domain/identity.ts';
import type { Candidates } from '../../../src/domain/identity.ts';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import type { DirectoryUser, SlackProfile } from '../../../src/domain/people.ts';

const HOME = 'T1';
const profile = (facts: Partial<SlackProfile> = {}): SlackProfile => ({
  slack: { teamId: HOME, userId: 'U1' },
  name: 'ann',
  deleted: false,
  bot: false,
  guest: false,
  email: 'ann@acme.example',
  emailConfirmed: true,
  timeZone: null,
  ...facts,
});
const user = (facts: Partial<DirectoryUser> = {}): DirectoryUser => ({
  userId: keycloakUserId('ann'),
  username: 'ann',
  enabled: true,
  email: 'ann@acme.example',
  emailVerified: true,
  slackIds: [],
  ...facts,
});
const linked = user({ slackIds: ['T1/U1'] });
const other = user({ userId: keycloakUserId('ben') });
type Args = Parameters<typeof resolveIdentity>;
type Users = readonly DirectoryUser[];
const who = (
  byAttribute: Users,
  byEmail: Users,
  need: Args[3] = 'email',
  facts: Partial<SlackProfile> = {},
  byLink: Candidates['byLink'] = null,
) => {
  const found = resolveIdentity(profile(facts), HOME, { byAttribute, byLink, byEmail }, need);
  return found.ok ? found.user.userId : found.refusal;
};

describe('I17: identity is one to one or refused', () => {
  it.each([
    ['another team', { slack: { teamId: 'T2', userId: 'U1' } }, 'outsider'],
    ['a deactivated account', { deleted: true }, 'deactivated'],
    ['a bot', { bot: true }, 'bot'],
    ['a guest', { guest: true }, 'guest'],
  ])('%s is refused, however well it is linked', (_, facts, refusal) => {
    expect(who([linked], [linked], 'email', facts)).toBe(refusal);
  });

  it('by the attribute: that one user, for every risk', () => {
    expect(who([linked], [], 'linked')).toBe('ann');
    expect(who([linked], [linked], 'linked')).toBe('ann');
    expect(who([{ ...linked, emailVerified: false }], [], 'email')).toBe('ann');
    expect(who([user({ slackIds: ['T1/U1', 'T1/U2'] })], [])).toBe('identity_ambiguous');
    expect(who([user({ slackIds: ['T1/U1'], enabled: false })], [])).toBe('user_disabled');
  });

  it('by a link: that one user, for every risk, while nothing says otherwise', () => {
    const byLink = user({ link: 'T1/U1' });
    const whoLinked = (link: Candidates['byLink'], mail: Users = [], attribute: Users = []) =>
      who(attribute, mail, 'linked', {}, link);
    expect(whoLinked(byLink)).toBe('ann');
    expect(whoLinked(byLink, [byLink])).toBe('ann');
    expect(whoLinked({ ...byLink, emailVerified: false })).toBe('ann');
    expect(whoLinked({ ...byLink, slackIds: ['T1/U1'] })).toBe('ann');
    expect(whoLinked(byLink, [other])).toBe('identity_ambiguous');
    expect(whoLinked(byLink, [], [other])).toBe('identity_ambiguous');
    expect(whoLinked({ ...byLink, slackIds: ['T1/U2'] })).toBe('identity_ambiguous');
    expect(whoLinked({ ...byLink, enabled: false })).toBe('user_disabled');
    expect(whoLinked('gone', [user()])).toBe('user_disabled');
  });

  it('a user who is linked to another account is nobody else, by attribute or by e-mail', () => {
    const taken = { link: 'T1/U2' };
    expect(who([{ ...linked, ...taken }], [])).toBe('identity_ambiguous');
    expect(who([], [user(taken)])).toBe('identity_ambiguous');
    expect(who([], [user({ link: 'T1/U1' })])).toBe('ann');
  });

  it('by e-mail: one enabled user with that verified address whom no attribute gives to somebody else, below risk high', () => {
    expect(who([], [user()])).toBe('ann');
    expect(who([], [linked])).toBe('ann');
    expect(who([], [user()], 'linked')).toBe('link_needed');
    expect(who([], [user({ emailVerified: false })])).toBe('email_unverified');
    expect(who([], [user({ slackIds: ['T1/U2'] })])).toBe('identity_ambiguous');
    expect(who([], [user({ slackIds: ['T1/U1', 'T1/U2'] })])).toBe('identity_ambiguous');
    expect(who([], [user({ enabled: false })])).toBe('user_disabled');
  });

  it('nobody, or two, is no one', () => {
    expect(who([], [])).toBe('not_linked');
    expect(who([linked], [other])).toBe('identity_ambiguous');
    expect(who([], [user(), other])).toBe('identity_ambiguous');
    expect(who([linked, other], [])).toBe('identity_ambiguous');
  });
});
