import type { Seat } from '../domain/authority.ts';
import type { IdentityNeed } from '../domain/identity.ts';
import type { KeycloakUserId } from '../domain/ids.ts';
import { readSlackAttribute } from '../domain/people.ts';
import type { DirectoryUser, Person, SlackUser } from '../domain/people.ts';
import { isManagerStage, seatKey } from '../domain/plan.ts';
import type { SeatKey, Stage } from '../domain/plan.ts';
import type { ManagerProblem, Refusal } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import { channelOf } from './channel.ts';
import type { Drawn } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';

/** Who may decide a stage of the plan on record now, read live: somebody else than its manager is nobody. */
export async function readSeat(
  ports: Pick<Ports, 'directory'>,
  { beneficiary, escalatedTo }: Pick<AccessRequest, 'escalatedTo'> & { readonly beneficiary: Pick<Person, 'userId'> },
  stage: Stage,
): Promise<Seat> {
  if (isManagerStage(stage)) {
    const found = await ports.directory.managerOf(beneficiary.userId);
    return { manager: typeof found !== 'string' && found.userId === stage.manager.userId ? found : null };
  }
  const [group, escalation] = await Promise.all([
    ports.directory.groupById(stage.groupId),
    escalatedTo === null ? null : ports.directory.groupById(escalatedTo),
  ]);
  return { group, escalation };
}

/** Who may decide a request now, as what waits for them is found. */
export function seatsNow(request: PendingRequest): readonly SeatKey[] {
  const current = progress(request);
  const escalated = request.escalatedTo === null ? [] : [request.escalatedTo];
  return current === null ? escalated : [seatKey(current.stage), ...escalated];
}

/** Says no to somebody who may not decide this stage. */
export const notAsked = (request: Pick<AccessRequest, 'beneficiary'>, stage: Stage): Refusal =>
  isManagerStage(stage)
    ? { refusal: 'not_the_manager', of: request.beneficiary.slack }
    : { refusal: 'not_an_approver', groupPath: stage.groupPath };

/** Why those who are to decide could not be told in Slack, or null. */
export async function unreachable(
  ports: Pick<Ports, 'conversation' | 'settings' | 'slackPeople' | 'directory'>,
  { plan, seats, entitlement }: Pick<Drawn, 'plan' | 'seats' | 'entitlement'>,
  { beneficiary }: Pick<AccessRequest, 'beneficiary'>,
): Promise<Refusal | null> {
  for (const [index, seat] of seats.entries()) {
    if ('manager' in seat) {
      const account = await accountOf(ports, seat.manager, identityNeed(entitlement.risk));
      if (typeof account === 'string') return { refusal: 'no_manager', of: beneficiary.slack, because: account };
    } else if ((await channelOf(ports, seat.group)) === null) {
      const required = plan[index]?.required ?? 1;
      return { refusal: 'no_approvers', group: seat.group.path, because: 'no_channel', required };
    }
  }
  return null;
}

const SLACK_ID = /^[TE][A-Z0-9]+\/[UW][A-Z0-9]+$/;

/** The one Slack account that is certainly this user's; null where there is none. */
export async function certainAccount(
  ports: Pick<Ports, 'slackPeople' | 'directory'>,
  userId: KeycloakUserId,
  need: IdentityNeed,
): Promise<SlackUser | null> {
  const user = await ports.directory.person(userId);
  const account = user === null ? null : await accountOf(ports, user, need);
  return typeof account === 'string' ? null : account;
}

/** The Slack account of a Keycloak user, tied to him as strongly as is needed; or why there is none. */
export async function accountOf(
  ports: Pick<Ports, 'slackPeople' | 'directory'>,
  user: DirectoryUser,
  need: IdentityNeed,
): Promise<SlackUser | ManagerProblem> {
  const slack = await claimedAccount(ports, user, need);
  if (typeof slack === 'string') return slack;
  const who = await identify(ports, slack, need);
  if (!who.ok) return who.refusal.refusal;
  return who.person.userId === user.userId ? slack : 'identity_ambiguous';
}

async function claimedAccount(
  ports: Pick<Ports, 'slackPeople' | 'directory'>,
  { slackIds, link, email, emailVerified }: DirectoryUser,
  need: IdentityNeed,
): Promise<SlackUser | ManagerProblem> {
  const named = (await ports.directory.slackIdIsTrusted()) ? slackIds : [];
  const [linked, second] = new Set([...named, ...(link === undefined ? [] : [link])]);
  if (second !== undefined) return 'identity_ambiguous';
  if (linked !== undefined) return SLACK_ID.test(linked) ? readSlackAttribute(linked) : 'not_found';
  if (need === 'linked') return 'link_needed';
  if (email === null || !emailVerified) return 'email_unverified';
  return (await ports.slackPeople.byEmail(email)) ?? 'not_found';
}
