import { systemActor } from '../domain/audit-drafts.ts';
import { FATIGUE_WITHIN_MS } from '../domain/gate.ts';
import type { GatePerson } from '../domain/gate.ts';
import type { BackchannelRefused } from '../domain/message.ts';
import { rulesOf } from '../domain/policy.ts';
import type { PolicyDecision } from '../domain/policy.ts';
import { correlationId } from '../lib/correlation.ts';
import { CodedError } from '../lib/errors.ts';
import { askedAgain } from '../lib/retry.ts';
import { messagesOf } from './answer.ts';
import type { BackchannelChannel } from './backchannel-port.ts';
import type { Ports } from './ports.ts';
import { certainAccount } from './seats.ts';

/** Keycloak keeps the request only after our 201, and does not know it before. */
const WAITS_MS = [200, 400, 800, 1600, 3200];

export type RefusePorts = Pick<Ports, 'ids' | 'clock' | 'log' | 'directory' | 'slackPeople'> & {
  readonly store: Pick<Ports['store'], 'commit'>;
  readonly metrics: Pick<Ports['metrics'], 'gateRefused'>;
};

/** Nobody is asked: it is on record, and the person in whose name it was asked hears of it, where an account is his for certain. */
export async function recordRefusal(
  ports: RefusePorts,
  person: GatePerson,
  refused: BackchannelRefused,
  decision: PolicyDecision | null,
): Promise<void> {
  const { because, client } = refused;
  const at = ports.clock.now();
  const id = correlationId() ?? ports.ids.uuid();
  const ruled = decision === null ? {} : { policy: decision.id, rules: rulesOf(decision.reasons) };
  ports.metrics.gateRefused(because);
  ports.log.info('backchannel request refused', { because, client, userId: person.userId });
  const slack = await accountOrNull(ports, person);
  // A pipeline that tries again and again is told of once in a while.
  const turn = Math.floor(at / FATIGUE_WITHIN_MS);
  const message = messagesOf(`backchannel-refused:${person.userId}:${client}:${because}:${turn}`, at, id);
  const notice = { notice: 'backchannel_refused', refused, username: person.username } as const;
  await ports.store.commit({
    messages: slack === null ? [] : [message({ to: 'person', reply: { slack, responseUrl: null }, notice })],
    audit: [
      {
        ...{ kind: 'gate.refused', at, actor: systemActor, subject: person },
        ...{ resource: null, requestId: null, grantId: null, correlationId: id },
        data: { because, client, trigger: 'backchannel', ...ruled },
      },
    ],
  });
}

async function accountOrNull(ports: RefusePorts, { userId }: GatePerson) {
  try {
    return await certainAccount(ports, userId, 'email');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return null;
  }
}

/** Tells Keycloak no, as soon as it listens. Where it never does, the client waits until its time is over, and gets nothing. */
export async function answerNoSoon(
  channel: Pick<BackchannelChannel, 'answer'>,
  log: Ports['log'],
  bearer: string,
): Promise<void> {
  const answer = () => channel.answer(bearer, 'UNAUTHORIZED', null);
  const taken = await askedAgain(answer, (one) => one === 'taken', WAITS_MS);
  if (taken !== 'taken') log.warn('a refusal was not taken by Keycloak', { taken });
}
