import type { SignInConfig } from '../config.ts';
import type { Discovery } from '../keycloak/discovery.ts';
import type { DoctorReport } from '../keycloak/doctor.ts';
import { forTerminal } from '../slack/render/escape.ts';
import { flawText } from '../slack/render/flaw-text.ts';
import { en } from '../slack/words/en.ts';
import { duration } from '../slack/words/en/common.ts';

/** `note`: works, at a price that is named. `problem`: somebody has to do something. */
export type Finding = { readonly mark: 'ok' | 'note' | 'problem'; readonly text: string };

const ok = (text: string): Finding => ({ mark: 'ok', text });
const note = (text: string): Finding => ({ mark: 'note', text });
const problem = (text: string): Finding => ({ mark: 'problem', text });

const SET_UP: Readonly<Record<DoctorReport['setUp'], Finding>> = {
  classic: ok('The service account has its rights by roles (classic).'),
  'fine-grained': ok('The service account has its rights by fine-grained permissions.'),
  insufficient: problem('The service account cannot do its work; give it the roles below.'),
};

const SLACK_ID: Readonly<Record<'administrators' | 'users' | 'nobody' | 'unknown', Finding>> = {
  administrators: ok('Only administrators may write slack-user-id.'),
  users: problem(
    'Users may write slack-user-id, so it is ignored; let the user profile of the realm allow it to admin only.',
  ),
  nobody: note(
    'The user profile of the realm drops slack-user-id, so people are known by their verified e-mail alone.',
  ),
  unknown: note('The user profile of the realm cannot be read, so slack-user-id is ignored.'),
};

/** Only what somebody has to know: most realms ask no manager. */
const MANAGER: Readonly<Record<'administrators' | 'users' | 'nobody' | 'unknown', readonly Finding[]>> = {
  administrators: [ok('Only administrators may write manager.')],
  users: [note('Users may write manager, so no stage can ask a manager; let the user profile allow it to admin only.')],
  nobody: [],
  unknown: [],
};

const ADMIN_EVENTS: Readonly<Record<NonNullable<DoctorReport['adminEvents']> | 'unknown', Finding>> = {
  on: ok('Admin events are stored.'),
  'on, without details': note('Admin events are stored without their details.'),
  off: note('Admin events are off, so access that looks like ours cannot be traced to its giver.'),
  unknown: note('Whether admin events are stored cannot be read.'),
};

/** A doctor's report as lines for the operator, the general ones first. */
export function findings(report: DoctorReport, adminGroup: string): readonly Finding[] {
  const { setUp, missing, superfluous, tokenSeconds, entitlements } = report;
  const lacking = setUp === 'insufficient' ? problem : note;
  return [
    SET_UP[setUp],
    ...missing.map(({ role, cost }) => lacking(`Role ${role} is missing. ${cost}`)),
    ...superfluous.map(({ role, cost }) => note(`Role ${role} is not needed. ${cost}`)),
    SLACK_ID[report.slackIdWriters ?? 'unknown'],
    ...MANAGER[report.managerWriters ?? 'unknown'],
    ADMIN_EVENTS[report.adminEvents ?? 'unknown'],
    tokenSeconds === null
      ? note('How long issued tokens live on cannot be read.')
      : ok(`Issued tokens live on for ${duration(tokenSeconds)} after a lease has ended.`),
    report.adminGroup === 'there'
      ? ok(`ADMIN_GROUP ${adminGroup} exists.`)
      : problem(`ADMIN_GROUP ${adminGroup} is ${report.adminGroup}.`),
    entitlements > 0 ? ok(`Requestable: ${entitlements}.`) : note('Nothing is marked requestable.'),
    ...report.escalations.map(({ path, because }) => note(`${path} escalates nowhere: ${because}.`)),
    ...report.flaws.map(({ path, flaw }) =>
      problem(`${path} cannot be asked for: ${flawText(en, flaw, forTerminal)}.`),
    ),
    ...report.problems.map(({ path, because }) => problem(`${path} cannot be asked for: ${because}.`)),
  ];
}

/** How people sign in, and what Keycloak says of itself at KEYCLOAK_URL. */
type SignInSetUp = Pick<SignInConfig, 'keycloakUrl' | 'publicUrl' | 'stepUpAcr'> & {
  readonly realm: string;
  readonly found: Discovery;
};

/** Whether people can prove who they are; null: it is not set up. */
export function signInFindings(setUp: SignInSetUp | null): readonly Finding[] {
  if (setUp === null) {
    return [
      note(
        'Signing in by browser is not set up (PUBLIC_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET), so nobody can link an account, and risk critical is approved in Slack alone.',
      ),
    ];
  }
  const { keycloakUrl, publicUrl, stepUpAcr, realm, found } = setUp;
  const expected = `${keycloakUrl}/realms/${encodeURIComponent(realm)}`;
  return [
    found.issuer === expected
      ? ok(`People sign in at ${keycloakUrl} and come back to ${publicUrl}/sign-in/callback.`)
      : problem(
          `Every sign-in is refused: at KEYCLOAK_URL Keycloak calls itself ${forTerminal(found.issuer, 300)}, and ${expected} is expected. ${mend(found.issuer, realm)}`,
        ),
    found.acrs.includes(stepUpAcr)
      ? ok(`Keycloak knows ${stepUpAcr} (STEP_UP_ACR).`)
      : note(
          `The realm does not name ${stepUpAcr} (STEP_UP_ACR), so no step-up succeeds unless the sign-in client does; name it under Realm settings → General → ACR to LoA Mapping.`,
        ),
  ];
}

/** Which side is wrong only the operator knows. */
function mend(issuer: string, realm: string): string {
  const path = `/realms/${encodeURIComponent(realm)}`;
  const other = issuer.endsWith(path) ? forTerminal(issuer.slice(0, -path.length), 300) : 'the part before /realms';
  return `If browsers reach Keycloak there, set KEYCLOAK_PUBLIC_URL=${other}; else start Keycloak with --hostname, or set the realm's frontend URL, to the address that browsers use.`;
}
