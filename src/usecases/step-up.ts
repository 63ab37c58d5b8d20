import { signInId } from '../domain/ids.ts';
import type { Person } from '../domain/people.ts';
import type { PendingRequest, SignedIn } from '../domain/request.ts';
import { SIGN_IN_MS } from '../domain/sign-in.ts';
import type { PartShown } from '../domain/sign-in.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import type { DecisionProof, InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';

type Approving = Extract<Intent, { intent: 'approve' }>;

const MOST_IN_AN_HOUR = 30;
const HOUR_MS = 3_600_000;

/** Whether a sign-in reaches everything that is demanded; nothing demanded needs none. */
export const reaches = (signedIn: SignedIn | undefined, stepUp: readonly string[] = []): boolean =>
  stepUp.every((acr) => signedIn?.acr === acr);

/** The sign-in of this very person that stands behind his approval of this very request; undefined: there is none. */
export function signedInFor(
  proof: DecisionProof | undefined,
  person: Person,
  { id, version, digest }: Pick<PendingRequest, 'id' | 'version' | 'digest'>,
): SignedIn | undefined {
  if (proof === undefined || proof.proof.userId !== person.userId) return undefined;
  const isShown = proof.parts.some((one) => one.requestId === id && one.version === version && one.digest === digest);
  return isShown ? { acr: proof.proof.acr, at: proof.proof.signedInAt } : undefined;
}

/**
 * Instead of an approval: a private address at which this approver signs in and approves exactly what the card showed.
 * @param stepUp authentication context classes that the sign-in has to reach
 */
export async function offerSignIn(
  ports: Ports,
  item: InboxItem,
  { message, leaseSeconds }: Pick<Approving, 'message' | 'leaseSeconds'>,
  parts: readonly [PartShown, ...PartShown[]],
  stepUp: readonly string[],
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const request = await ports.store.request(parts[0].requestId);
  if (ports.signIn === null)
    return answerNo(ports, item, { refusal: 'sign_in_not_set_up' }, { kind: 'decision.refused', request });
  if ((await ports.store.countSignIns(item.slack, at - HOUR_MS)) >= MOST_IN_AN_HOUR) {
    const refusal = { refusal: 'too_many_sign_ins', limit: MOST_IN_AN_HOUR } as const;
    return answerNo(ports, item, refusal, { kind: 'decision.refused', request });
  }
  const id = signInId(ports.ids.uuid());
  const { slack, correlationId } = item;
  const tell = messagesOf(item.key, at, correlationId);
  return ports.store.commit({
    inboxDone: item.key,
    signIns: [
      {
        ...{ id, slack, correlationId, realm: ports.settings.realm, state: 'offered', revision: 1 },
        purpose: { purpose: 'approve', parts, message, leaseSeconds, acr: stepUp },
        createdAt: at,
        expiresAt: at + SIGN_IN_MS.approve,
      },
    ],
    messages: [tell(toAsker(item, { notice: 'sign_in', signInId: id }))],
    audit: [],
  });
}

/** What an approver is shown of a request at its current stage. */
export const partShown = ({ id, version, digest }: PendingRequest, stage: number): PartShown => ({
  ...{ version, digest, stage },
  requestId: id,
});
