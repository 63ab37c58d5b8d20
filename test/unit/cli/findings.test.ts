import { describe, expect, it } from '@jest/globals';
import { findings, signInFindings } from '../../../src/cli/findings.ts';
import type { DoctorReport } from '../../../src/keycloak/doctor.ts';

const well: DoctorReport = {
  setUp: 'classic',
  missing: [],
  superfluous: [],
  slackIdWriters: 'administrators',
  managerWriters: 'nobody',
  escalations: [],
  tokenSeconds: 300,
  adminEvents: 'on',
  adminGroup: 'there',
  entitlements: 12,
  flaws: [],
  problems: [],
};
const marked = (report: Partial<DoctorReport>, mark: string) =>
  findings({ ...well, ...report }, '/access-admins')
    .filter((finding) => finding.mark === mark)
    .map(({ text }) => text);

it('a healthy set-up is ok throughout', () => {
  expect(findings(well, '/access-admins').every(({ mark }) => mark === 'ok')).toBe(true);
  expect(marked({}, 'ok')).toContain('Issued tokens live on for 5 minutes after a lease has ended.');
});

it('what works at a price is a note that names the price', () => {
  const missing = [{ role: 'view-clients', cost: 'Client roles cannot be offered.' }];
  const superfluous = [{ role: 'realm-admin', cost: 'Whoever has our client secret owns the realm.' }];
  const report = {
    missing,
    superfluous,
    slackIdWriters: null,
    adminEvents: null,
    tokenSeconds: null,
    entitlements: 0,
  } as const;
  expect(marked(report, 'problem')).toEqual([]);
  expect(marked(report, 'note')).toEqual([
    'Role view-clients is missing. Client roles cannot be offered.',
    'Role realm-admin is not needed. Whoever has our client secret owns the realm.',
    'The user profile of the realm cannot be read, so slack-user-id is ignored.',
    'Whether admin events are stored cannot be read.',
    'How long issued tokens live on cannot be read.',
    'Nothing is marked requestable.',
  ]);
});

it.each<[Partial<DoctorReport>, RegExp]>([
  [{ setUp: 'insufficient' }, /cannot do its work/],
  [
    { setUp: 'insufficient', missing: [{ role: 'manage-users', cost: 'Nobody can be given access.' }] },
    /Role manage-users is missing\. Nobody/,
  ],
  [{ slackIdWriters: 'users' }, /Users may write slack-user-id/],
  [{ adminGroup: 'missing' }, /^ADMIN_GROUP \/access-admins is missing\.$/],
  [{ adminGroup: 'not readable' }, /^ADMIN_GROUP \/access-admins is not readable\.$/],
  [
    { problems: [{ path: '/prod/read', because: 'it has no approver group' }] },
    /^\/prod\/read cannot be asked for: it has no approver group\.$/,
  ],
  [
    { flaws: [{ path: '/prod/read', flaw: { flaw: 'bad_risk', written: 'R&D <*>' } }] },
    /^\/prod\/read cannot be asked for: its attribute risk is "R&D <\*>"; write low, medium, high or critical\.$/,
  ],
])('what somebody has to mend is a problem: %j', (report, text) => {
  expect(marked(report, 'problem')).toContainEqual(expect.stringMatching(text));
});

describe('whether people can sign in by browser', () => {
  const setUp = {
    keycloakUrl: 'https://sso.example.com',
    publicUrl: 'https://leasehold.example.com',
    stepUpAcr: 'gold',
    realm: 'acme corp',
    found: { issuer: 'https://sso.example.com/realms/acme%20corp', acrs: ['silver', 'gold'] },
  };

  it('not set up is a note that says what is lost', () => {
    expect(signInFindings(null)).toEqual([
      { mark: 'note', text: expect.stringMatching(/not set up .*risk critical is approved in Slack alone\.$/) },
    ]);
  });

  it('set up well is ok throughout, with the address that Keycloak has to know', () => {
    const found = signInFindings(setUp);
    expect(found.map(({ mark }) => mark)).toEqual(['ok', 'ok']);
    expect(found[0]?.text).toContain('https://leasehold.example.com/sign-in/callback');
  });

  it('a Keycloak that calls itself otherwise is a problem, with both addresses and the setting that mends it', () => {
    const issuer = 'http://keycloak:8080/realms/acme%20corp';
    const [first] = signInFindings({ ...setUp, found: { ...setUp.found, issuer } });
    expect(first?.mark).toBe('problem');
    expect(first?.text).toContain(`calls itself ${issuer}, and https://sso.example.com/realms/acme%20corp is expected`);
    expect(first?.text).toMatch(/KEYCLOAK_PUBLIC_URL=http:\/\/keycloak:8080; else .*--hostname/);
  });

  it('a slash too many is a difference', () => {
    const issuer = 'https://sso.example.com//realms/acme%20corp';
    expect(signInFindings({ ...setUp, found: { ...setUp.found, issuer } })[0]?.mark).toBe('problem');
  });

  it('a level that the realm does not name is a note: the client may name it', () => {
    const found = signInFindings({ ...setUp, found: { ...setUp.found, acrs: ['0', '1'] } });
    expect(found.map(({ mark }) => mark)).toEqual(['ok', 'note']);
    expect(found[1]?.text).toContain('gold (STEP_UP_ACR)');
  });
});
