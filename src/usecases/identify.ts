import { isMember } from '../domain/authority.ts';
import { RISK_DEFAULTS } from '../domain/entitlement.ts';
import type { Risk } from '../domain/entitlement.ts';
import { resolveIdentity } from '../domain/identity.ts';
import type { IdentityNeed, IdentityRefusal } from '../domain/identity.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { Ports } from './ports.ts';

/** The strength of identity that a risk asks of requester, beneficiary and every approver alike. */
export const identityNeed = (risk: Risk): IdentityNeed => (RISK_DEFAULTS[risk].linked ? 'linked' : 'email');

/** Who a Slack account is in Keycloak, read live on both sides. */
export async function identify(
  ports: Pick<Ports, 'slackPeople' | 'directory'>,
  slack: SlackUser,
  need: IdentityNeed,
): Promise<
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly refusal: { readonly refusal: IdentityRefusal } }
> {
  if (slack.teamId !== ports.slackPeople.homeTeamId()) return { ok: false, refusal: { refusal: 'outsider' } };
  const profile = await ports.slackPeople.profile(slack);
  if (profile === null) return { ok: false, refusal: { refusal: 'deactivated' } };
  const trusted = await ports.directory.slackIdIsTrusted();
  const [byAttribute, byLink, byEmail] = await Promise.all([
    trusted ? ports.directory.bySlackId(slack) : [],
    ports.directory.byLink(slack),
    profile.email !== null && profile.emailConfirmed ? ports.directory.byEmail(profile.email) : [],
  ]);
  const found = resolveIdentity(profile, ports.slackPeople.homeTeamId(), { byAttribute, byLink, byEmail }, need);
  if (!found.ok) return { ok: false, refusal: { refusal: found.refusal } };
  return { ok: true, person: { userId: found.user.userId, username: found.user.username, slack } };
}

/** Admins are enabled, direct members of ADMIN_GROUP. */
export async function identifyAdmin(
  ports: Pick<Ports, 'slackPeople' | 'directory' | 'settings'>,
  slack: SlackUser,
): Promise<Outcome<{ readonly person: Person }>> {
  const who = await identify(ports, slack, 'email');
  if (!who.ok || (await isAdmin(ports, who.person))) return who;
  return refuse({ refusal: 'not_admin', adminGroup: ports.settings.adminGroup });
}

/** Whether Keycloak says now that this person is an admin. */
export async function isAdmin(ports: Pick<Ports, 'directory' | 'settings'>, person: Person): Promise<boolean> {
  return isMember(await ports.directory.group(ports.settings.adminGroup), person);
}
