import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { settle } from '../domain/policy-combine.ts';
import type { OwnReason, PolicyDecision, PolicyInput } from '../domain/policy.ts';
import type { Policy } from '../usecases/policy-port.ts';
import { answerSchema } from './answer.ts';

export type OpaOptions = {
  /** Without a slash at its end, such as `http://127.0.0.1:8181`. */
  readonly url: string;
  /** Of the rule that decides; `/v1/data/leasehold/decision` unless told. */
  readonly path?: string;
  /** Longest time for an answer, its body included; 2000 unless told. */
  readonly timeoutMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
};

const MAX_ANSWER_BYTES = 64 * 1024;
/** The name under which what is wrong with Open Policy Agent stands among the rules that could not be evaluated. */
const ENGINE = 'Open Policy Agent';

/** https://www.openpolicyagent.org/docs/latest/rest-api/#get-a-document-with-input; what is undefined has no `result`. */
const envelopeSchema = z.object({ result: z.unknown().optional(), decision_id: z.string().max(100).optional() });

/**
 * Decides by asking Open Policy Agent. Not reached, late, too long and nonsense are denials that name it as broken.
 */
export function openOpaPolicy({
  url,
  path = '/v1/data/leasehold/decision',
  timeoutMs = 2000,
  now,
}: OpaOptions): Policy {
  const address = `${url}${path}`;
  let problem: OwnReason | null = null;
  let answeredAt: number | null = null;

  const decide = async (input: PolicyInput): Promise<PolicyDecision> => {
    // Rego takes what is null for a group that does not fit: a rule that denies would stay silent.
    if (input.subject.groups === null) return denied({ own: 'groups_hidden' }, randomUUID());
    const asked = await ask(address, input, timeoutMs);
    problem = asked.ok ? null : asked.problem;
    if (!asked.ok) return denied(asked.problem, asked.id);
    answeredAt = now();
    return { id: asked.id, ...settle(input, asked.answer) };
  };
  return {
    decide,
    adminResources: () => [],
    status: () => ({ source: address, loadedAt: answeredAt, hash: null, problem }),
    close: () => Promise.resolve(),
  };
}

type Asked = { readonly id: string } & (
  | { readonly ok: true; readonly answer: z.infer<typeof answerSchema> }
  | { readonly ok: false; readonly problem: OwnReason }
);

async function ask(address: string, input: PolicyInput, timeoutMs: number): Promise<Asked> {
  const no = (problem: OwnReason, id: string = randomUUID()): Asked => ({ ok: false, id, problem });
  const nonsense = (detail: string, id?: string): Asked => no({ own: 'engine_nonsense', detail }, id);
  let body: string | null;
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    body = await readBounded(response);
    if (response.status !== 200) return no({ own: 'engine_status', status: response.status });
  } catch (error) {
    const isLate = typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
    return no(isLate ? { own: 'engine_late', seconds: timeoutMs / 1000 } : { own: 'engine_unconnected' });
  }
  if (body === null) return nonsense('more than 64 KiB');
  const envelope = envelopeSchema.safeParse(jsonOf(body));
  if (!envelope.success) return nonsense('no answer of Open Policy Agent');
  const { result, decision_id: id = randomUUID() } = envelope.data;
  if (result === undefined) return no({ own: 'engine_undefined' }, id);
  const answer = answerSchema.safeParse(result);
  if (answer.success) return { ok: true, id, answer: answer.data };
  const [issue] = answer.error.issues;
  return nonsense(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), id);
}

/** The body; null where it is longer than any answer. */
async function readBounded(response: Response): Promise<string | null> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const denied = (because: OwnReason, id: string): PolicyDecision => ({
  id,
  verdict: 'deny',
  reasons: [{ rule: null, because, effect: 'broken' }],
  stages: null,
  maxSeconds: null,
  requiredActions: [],
  tickets: [],
  stepUp: [],
  maxLeases: null,
  limits: {},
  removedScopes: [],
  broken: [ENGINE],
});
