import { roleName } from '../domain/privilege.ts';
import { isForAnother, progress } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { PartShown, Proof, SignIn, StepUp } from '../domain/sign-in.ts';
import type { InboxItem, Intent, PartSeen } from './intent.ts';
import type { PageAsked, PageDecision, PageProblem } from './pages.ts';
import type { Ports } from './ports.ts';

type Looking = Pick<Ports, 'clock' | 'settings'> & {
  readonly store: Pick<Ports['store'], 'request' | 'countOpenGrants'>;
};

const ROLES_SHOWN = 10;

/** What somebody signed in to do, as the record has it now; or why it is no longer what he was about to do. */
export async function askedNow(ports: Looking, stepUp: StepUp): Promise<PageAsked | PageProblem> {
  switch (stepUp.purpose) {
    case 'approve':
      return decisionsNow(ports, stepUp);
    case 'take': {
      const { resource, seconds, justification } = stepUp;
      return { asked: 'take', path: resource.path, leaseSeconds: seconds, justification };
    }
    case 'revoke_all':
      return { asked: 'revoke_all', realm: ports.settings.realm, leases: await ports.store.countOpenGrants() };
  }
}

async function decisionsNow(
  { store, clock }: Looking,
  { parts, leaseSeconds }: Extract<StepUp, { purpose: 'approve' }>,
): Promise<PageAsked | PageProblem> {
  const decisions: PageDecision[] = [];
  for (const { requestId, version, digest, stage } of parts) {
    const request = await store.request(requestId);
    if (request === null) return 'unknown';
    if (request.state !== 'pending' || clock.now() >= request.waitsUntil) return 'settled';
    const isSame = request.version === version && request.digest === digest && progress(request)?.index === stage;
    if (!isSame) return 'changed';
    decisions.push(decisionOf(request, stage, leaseSeconds));
  }
  const [first, ...rest] = decisions;
  return first === undefined ? 'unknown' : { asked: 'approve', decisions: [first, ...rest] };
}

/** The same of what was done already: what became of it meanwhile is no matter here. */
export async function askedThen(ports: Looking, stepUp: StepUp): Promise<PageAsked | PageProblem> {
  if (stepUp.purpose !== 'approve') return askedNow(ports, stepUp);
  const { parts, leaseSeconds } = stepUp;
  const requests = await Promise.all(parts.map(({ requestId }) => ports.store.request(requestId)));
  const decisions = requests.flatMap((request, index) =>
    request === null ? [] : [decisionOf(request, parts[index]?.stage ?? 0, leaseSeconds)],
  );
  const [first, ...rest] = decisions;
  return first === undefined ? 'unknown' : { asked: 'approve', decisions: [first, ...rest] };
}

const decisionOf = (request: AccessRequest, stage: number, leaseSeconds: number | null): PageDecision => ({
  path: request.resource.path,
  requester: request.requester.username,
  beneficiary: isForAnother(request) ? request.beneficiary.username : null,
  justification: request.justification,
  leaseSeconds: Math.min(leaseSeconds ?? request.askedSeconds, request.askedSeconds),
  startsAt: request.startsAt,
  risk: request.risk,
  roles: request.roles.slice(0, ROLES_SHOWN).map(roleName),
  moreRoles: Math.max(0, request.roles.length - ROLES_SHOWN),
  stage: stage + 1,
  stages: request.plan.length,
  approvedBy: request.approvals.map(({ by }) => by.username),
});

/** The act as it goes into the inbox, with its proof: there it is checked like any other. */
export function envelopeOf(
  { id, slack, correlationId }: SignIn,
  stepUp: StepUp,
  proof: Proof,
  { settings, clock }: Pick<Ports, 'settings' | 'clock'>,
): InboxItem {
  const intent = intentOf(stepUp, proof, settings.realm);
  const reply = { slack, responseUrl: null };
  return { key: `sign-in:${id}`, receivedAt: clock.now(), slack, reply, correlationId, intent };
}

function intentOf(stepUp: StepUp, proof: Proof, realm: string): Intent {
  switch (stepUp.purpose) {
    case 'approve': {
      const { parts, message, leaseSeconds } = stepUp;
      const [first, ...also] = parts;
      const more = also.length === 0 ? {} : { also: also.map(seen) };
      return { intent: 'approve', ...seen(first), ...more, message, leaseSeconds, proof: { proof, parts } };
    }
    case 'take': {
      const { resource, justification, digest } = stepUp;
      const access = { by: 'id', kind: resource.kind, id: resource.id } as const;
      return { intent: 'break_glass', access, justification, proof: { proof, digest } };
    }
    case 'revoke_all':
      // The realm's name was typed before he was asked to sign in.
      return { intent: 'revoke', person: null, access: null, confirmation: realm, proof };
  }
}

const seen = ({ requestId, version, stage }: PartShown): PartSeen => ({ requestId, version, stage });
