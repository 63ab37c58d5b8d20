import { signInId } from '../domain/ids.ts';
import type { Person } from '../domain/people.ts';
import type { PendingRequest, SignedIn } from '../domain/request.ts';
import { SIGN_IN_MS } from '../domain/sign-in.ts';
import type { PartShown, Proof, StepUp } from '../domain/sign-in.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import type { DecisionProof, InboxItem } from './intent.ts';
import type { Ports } from './ports.ts';

const MOST_IN_AN_HOUR = 30;
const HOUR_MS = 3_600_000;

/** Whether a sign-in reaches everything that is demanded; nothing demanded needs none. */
export const reaches = (signedIn: SignedIn | undefined, stepUp: readonly string[] = []): boolean =>
  stepUp.every((acr) => signedIn?.acr === acr);

const asSignedIn = ({ acr, signedInAt }: Proof): SignedIn => ({ acr, at: signedInAt });

/** The sign-in of this very person; undefined: there is none. */
export const signedInAs = (proof: Proof | undefined, { userId }: Person): SignedIn | undefined =>
  proof?.userId === userId ? asSignedIn(proof) : undefined;

/** The one that stands behind his approval of this very request. */
export function signedInFor(
  by: DecisionProof | undefined,
  person: Person,
  { id, version, digest }: Pick<PendingRequest, 'id' | 'version' | 'digest'>,
): SignedIn | undefined {
  const isShown = by?.parts.some((one) => one.requestId === id && one.version === version && one.digest === digest);
  return isShown === true ? signedInAs(by?.proof, person) : undefined;
}

/**
 * Instead of the act: a private address at which this person signs in and does exactly what he was about to do.
 * @param about what its refusal is about, in the audit
 */
export async function offerSignIn(
  ports: Ports,
  item: InboxItem,
  purpose: StepUp,
  about: Parameters<typeof answerNo>[3] = {},
): Promise<CarriedOut> {
  const at = ports.clock.now();
  if (ports.signIn === null) return answerNo(ports, item, { refusal: 'sign_in_not_set_up' }, about);
  if ((await ports.store.countSignIns(item.slack, at - HOUR_MS)) >= MOST_IN_AN_HOUR)
    return answerNo(ports, item, { refusal: 'too_many_sign_ins', limit: MOST_IN_AN_HOUR }, about);
  const id = signInId(ports.ids.uuid());
  const { slack, correlationId } = item;
  const tell = messagesOf(item.key, at, correlationId);
  return ports.store.commit({
    inboxDone: item.key,
    signIns: [
      {
        ...{ id, slack, correlationId, purpose, realm: ports.settings.realm, state: 'offered', revision: 1 },
        createdAt: at,
        expiresAt: at + SIGN_IN_MS[purpose.purpose],
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

/** An approval for which its approver has to sign in. */
export const approving = (
  { message, leaseSeconds }: Pick<Extract<StepUp, { purpose: 'approve' }>, 'message' | 'leaseSeconds'>,
  parts: readonly [PartShown, ...PartShown[]],
  acr: readonly string[],
): StepUp => ({ purpose: 'approve', parts, message, leaseSeconds, acr });
