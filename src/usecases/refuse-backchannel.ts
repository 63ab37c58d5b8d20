import { systemActor } from '../domain/audit-drafts.ts';
import { FATIGUE_WITHIN_MS } from '../domain/gate.ts';
import type { GatePerson } from '../domain/gate.ts';
import type { BackchannelRefused } from '../domain/message.ts';
import { rulesOf } from '../domain/policy.ts';
import type { PolicyDecision } from '../domain/policy.ts';
import { correlationId } from '../lib/correlation.ts';
import { CodedError } from '../lib/errors.ts';
import { sha256 } from '../lib/hash.ts';
import { messagesOf } from './answer.ts';
import type { BackchannelChannel } from './backchannel-port.ts';
import type { Ports } from './ports.ts';
import { certainAccount } from './seats.ts';

/** Keycloak keeps the request only after our 201, and does not know it before. */
const TRIES_MS = [200, 400, 800, 1600, 3200];

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
  const { because, client, scopes, texts } = refused;
  const at = ports.clock.now();
  const id = correlationId() ?? ports.ids.uuid();
  const ruled = decision === null ? {} : { policy: decision.id, rules: rulesOf(decision.reasons) };
  ports.metrics.gateRefused(because);
  ports.log.info('backchannel request refused', { because, client, userId: person.userId });
  const slack = await accountOrNull(ports, person);
  // The same is told once in a quarter of an hour, however often a pipeline tries.
  const told = [person.userId, client, because, scopes, texts, Math.floor(at / FATIGUE_WITHIN_MS)];
  const message = messagesOf(`backchannel-refused:${sha256(JSON.stringify(told))}`, at, id);
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
  for (const ms of TRIES_MS) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if ((await channel.answer(bearer, 'UNAUTHORIZED', null)) === 'taken') return;
  }
  log.warn('a refusal was not taken by Keycloak');
}
