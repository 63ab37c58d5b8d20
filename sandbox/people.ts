/**
 * The people and channels of the demo. The Slack sandbox shows them and sandbox/realm.json holds their Keycloak
 * accounts; a test compares the two.
 */
export const teamId = 'T0LEASE';

/** Everybody's Keycloak password. */
export const password = 'password';
/** With which approvers and admins make one-time codes; its UTF-8 is the key. */
export const oneTimeSecret = 'leasehold-demo-one-time';

export type DemoPerson = {
  readonly slackId: string;
  /** In Keycloak; also the handle in Slack. */
  readonly username: string;
  readonly email: string;
  readonly name: string;
  readonly tz: string;
  /** The language in which the person reads Slack. */
  readonly locale: string;
  /** Paths of the Keycloak groups the person is a direct member of. */
  readonly groups: readonly string[];
  /** Whether the Keycloak account carries the attribute `slack-user-id`, which high and critical risk ask for. */
  readonly linked: boolean;
  /** For the list of who one can be. */
  readonly about: string;
};

export const people: readonly DemoPerson[] = [
  {
    slackId: 'U0ANN',
    username: 'ann.baker',
    email: 'ann.baker@example.com',
    name: 'Ann Baker',
    tz: 'Europe/London',
    locale: 'en-GB',
    groups: ['/teams/engineering'],
    linked: true,
    about: 'engineer: asks for access',
  },
  {
    slackId: 'U0BOB',
    username: 'bob.ito',
    email: 'bob.ito@example.com',
    name: 'Bob Ito',
    tz: 'Asia/Tokyo',
    locale: 'en-GB',
    groups: ['/teams/engineering'],
    linked: false,
    about: 'engineer, known by his e-mail alone: no access of high risk',
  },
  {
    slackId: 'U0CHEN',
    username: 'chen.li',
    email: 'chen.li@example.com',
    name: 'Chen Li',
    tz: 'America/New_York',
    locale: 'en-US',
    groups: ['/teams/engineering', '/approvers/platform'],
    linked: true,
    about: 'approver for the platform',
  },
  {
    slackId: 'U0DANA',
    username: 'dana.fox',
    email: 'dana.fox@example.com',
    name: 'Dana Fox',
    tz: 'Europe/Berlin',
    locale: 'de-DE',
    groups: ['/teams/engineering', '/approvers/platform', '/approvers/security'],
    linked: true,
    about: 'approver for the platform and for security; reads German',
  },
  {
    slackId: 'U0EVE',
    username: 'eve.novak',
    email: 'eve.novak@example.com',
    name: 'Eve Novak',
    tz: 'Europe/Prague',
    locale: 'en-GB',
    groups: ['/teams/security', '/approvers/security', '/access-admins'],
    linked: true,
    about: 'admin: reads the audit, ends leases, approves for security',
  },
  {
    slackId: 'U0FRANK',
    username: 'frank.moss',
    email: 'frank.moss@example.com',
    name: 'Frank Moss',
    tz: 'Europe/London',
    locale: 'en-GB',
    groups: ['/teams/engineering', '/approvers/platform'],
    linked: true,
    about: 'has left: his Keycloak account is disabled',
  },
  {
    slackId: 'U0GRACE',
    username: 'grace.hall',
    email: 'grace.hall@example.com',
    name: 'Grace Hall',
    tz: 'America/Los_Angeles',
    locale: 'en-US',
    groups: ['/teams/engineering'],
    linked: false,
    about: 'new: her e-mail is not verified in Keycloak',
  },
];

export const channels = [
  { id: 'C0GENERAL', name: 'general' },
  { id: 'C0PLATFORM', name: 'platform-approvals' },
  { id: 'C0SECURITY', name: 'security-approvals' },
  { id: 'C0AUDIT', name: 'access-audit' },
] as const;
