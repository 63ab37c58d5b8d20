import type { Actor, AuditDraft, AuditKind } from './audit.ts';
import { isTaken } from './break-glass.ts';
import type { JsonObject } from './canonical.ts';
import type { Gate } from './gate.ts';
import type { Grant } from './grant.ts';
import type { EpochMs } from './ids.ts';
import { slackAttribute } from './people.ts';
import type { Person } from './people.ts';
import type { AccessRequest } from './request.ts';
import type { TeamAsk } from './team-ask.ts';

/** Leasehold acting by itself. */
export const systemActor: Actor = { kind: 'leasehold' };

export const personActor = (person: Person): Actor => ({
  kind: 'person',
  userId: person.userId,
  username: person.username,
  slack: slackAttribute(person.slack),
});

/** The kinds that record a step of a request's life; refusals change nothing and are no such step. */
export type RequestKind = Exclude<Extract<AuditKind, `request.${string}` | `review.${string}`>, 'request.refused'>;
/** The kinds that record a step of a grant's life. */
export type GrantKind = Extract<AuditKind, `grant.${string}`>;

/**
 * The entry for a request that has just taken this step; `request` is the row as it is after it. `data` carries state,
 * version, revision, waitsUntil and escalatedTo, which replaying reads, and what the step itself decided. People's texts stay out.
 * Give what policy was asked about a new request (`policyRecord`) as extra `ruled`.
 */
export function requestEntry(
  kind: RequestKind,
  request: AccessRequest,
  actor: Actor,
  at: EpochMs,
  extra: JsonObject = {},
): AuditDraft {
  return {
    kind,
    at,
    actor,
    subject: subject(request.beneficiary),
    resource: request.resource,
    requestId: request.id,
    grantId: null,
    correlationId: request.correlationId,
    data: {
      state: request.state,
      version: request.version,
      revision: request.revision,
      waitsUntil: request.waitsUntil,
      ...(request.escalatedTo === null ? {} : { escalatedTo: request.escalatedTo }),
      ...(request.bundle === null ? {} : { bundle: request.bundle.id }),
      ...stepFacts(kind, request),
      ...extra,
    },
  };
}

/**
 * The entry for a grant that has just taken this step; `grant` is the row as it is after it. `data` carries state,
 * revision, liveAt, expiresAt and endedBy, which replaying reads. Give `grant.live` its `effectiveUntil` (epoch ms, when
 * the last token issued under it is worthless) as extra.
 */
export function grantEntry(
  kind: GrantKind,
  grant: Grant,
  actor: Actor,
  at: EpochMs,
  extra: JsonObject = {},
): AuditDraft {
  return {
    kind,
    at,
    actor,
    subject: subject(grant.person),
    resource: grant.resource,
    requestId: grant.requestId,
    grantId: grant.id,
    correlationId: grant.correlationId,
    data: {
      state: grant.state,
      revision: grant.revision,
      liveAt: grant.state === 'planned' ? null : grant.liveAt,
      // A planned grant's expiry is provisional: it moves with each attempt, and attempts are not audited.
      expiresAt: grant.state === 'planned' ? null : grant.expiresAt,
      endedBy: grant.state === 'ended' ? grant.endedBy : null,
      ...(kind === 'grant.planned' ? plannedFacts(grant) : {}),
      ...(kind === 'grant.end_asked' && grant.endAsked !== null ? { asked: grant.endAsked.endedBy } : {}),
      ...extra,
    },
  };
}

/** The entry for an ask for many people; each of its parts has one of its own, which names the ask in `data.team`. */
export function teamEntry(kind: Extract<AuditKind, `team.${string}`>, ask: TeamAsk): AuditDraft {
  const { id, asker, resources, askedSeconds, people, submittedAt, correlationId } = ask;
  return {
    kind,
    at: submittedAt,
    actor: personActor(asker),
    subject: null,
    resource: resources[0] ?? null,
    requestId: null,
    grantId: null,
    correlationId,
    data: { team: id, people: people.length, askedSeconds },
  };
}

/** The kinds that record a step of a gate's life; `gate.refused` is about a sign-in for which none was opened. */
export type GateKind = Exclude<Extract<AuditKind, `gate.${string}`>, 'gate.refused'>;

/**
 * The entry for a gate that has just taken this step; `gate` is the row as it is after it. `data` carries id, state and the
 * tabs that went on, which replaying reads.
 */
export function gateEntry(kind: GateKind, gate: Gate, actor: Actor, at: EpochMs): AuditDraft {
  const { id, person, client, trigger, code, stage, ruledBy, correlationId } = gate;
  return {
    kind,
    at,
    actor,
    subject: person,
    resource: null,
    requestId: null,
    grantId: null,
    correlationId,
    data: {
      gate: id,
      state: gate.state,
      client,
      spent: gate.tabs.filter(({ spent }) => spent).length,
      approvals: gate.approvals.length,
      // Every entry says it, because it is read by itself.
      ...(trigger === 'backchannel' ? { trigger } : {}),
      ...(kind === 'gate.opened'
        ? {
            trigger,
            code,
            stage,
            scopes: gate.scopes,
            ip: gate.ip,
            device: gate.device,
            action: gate.action,
            policy: ruledBy.id,
            rules: ruledBy.rules,
            waitsUntil: gate.waitsUntil,
            ...(gate.backchannel === undefined
              ? {}
              : { seconds: gate.backchannel.seconds, roles: gate.backchannel.roles }),
          }
        : {}),
    },
  };
}

function stepFacts(kind: RequestKind, request: AccessRequest): JsonObject {
  switch (kind) {
    case 'request.submitted':
    case 'request.reopened':
    case 'request.taken':
    case 'request.allowed':
      return {
        ...(request.teamId === null ? {} : { team: request.teamId }),
        requester: request.requester.userId,
        askedSeconds: request.askedSeconds,
        ...(request.startsAt === null ? {} : { startsAt: request.startsAt }),
        plan: request.plan,
        ...ruledFacts(request),
        roles: request.roles.map((role) => role.id),
        digest: request.digest,
      };
    case 'request.approval':
    case 'request.approved': {
      const approval = request.approvals.at(-1);
      if (approval === undefined) return {};
      const { stage, leaseSeconds, signedIn } = approval;
      return { stage, leaseSeconds, ...(signedIn && { signedIn }) };
    }
    case 'review.signed':
    case 'review.closed': {
      const signature = isTaken(request) ? request.review.signatures.at(-1) : undefined;
      return signature === undefined ? {} : { right: signature.right };
    }
    case 'request.denied':
      return request.state === 'denied' ? { stage: request.denial.stage } : {};
    case 'request.escalated':
    case 'request.question':
    case 'request.answer':
    case 'request.expired':
    case 'request.withdrawn':
      return {};
  }
}

const ruledFacts = ({ ruledBy }: AccessRequest): JsonObject =>
  ruledBy === undefined ? {} : { policy: ruledBy.id, rules: ruledBy.rules, ...(ruledBy.why && { why: ruledBy.why }) };

const plannedFacts = (grant: Grant): JsonObject => ({
  leaseSeconds: grant.leaseSeconds,
  ...(grant.limits && { limits: grant.limits }),
  ...(grant.startsAt === null ? {} : { startsAt: grant.startsAt }),
  digest: grant.digest,
  approvers: grant.approvers.map((approver) => approver.userId),
  endSessions: grant.endSessions,
});

const subject = (person: Person): { readonly userId: string; readonly username: string } => ({
  userId: person.userId,
  username: person.username,
});
