import type { z } from 'zod';
import type { GateCalls } from '../../usecases/gate-port.ts';
import { ask, form, leases, ref, request, spend, token } from './schema.ts';

/** A call whose body is as it should be. `run` gives the JSON of the answer. */
export type Read = {
  readonly realm: string;
  readonly run: (calls: GateCalls) => Promise<object | 'replayed'>;
};
/** Reads the JSON of a call's body; null: it is not as it should be. */
export type Verb = (body: unknown, nonce: string) => Read | null;

function verb<Body extends { readonly realm: string }>(
  schema: z.ZodType<Body>,
  run: (calls: GateCalls, body: Omit<Body, 'realm'>, nonce: string) => Promise<object | 'replayed'>,
): Verb {
  return (body, nonce) => {
    const read = schema.safeParse(body);
    if (!read.success) return null;
    const { realm, ...rest } = read.data;
    return { realm, run: (calls) => run(calls, rest, nonce) };
  };
}

const refOf = ({ gate, person, session }: Pick<z.infer<typeof ref>, 'gate' | 'person' | 'session'>) => ({
  ...{ gate, session },
  userId: person,
});

/** By path, exactly as it is called. */
export const VERBS: ReadonlyMap<string, Verb> = new Map([
  [
    '/gate/ask',
    verb(ask, (calls, { client, ...facts }, nonce) =>
      calls.ask({ ...facts, nonce, client: client.id, clientName: client.name }),
    ),
  ],
  ['/gate/look', verb(ref, (calls, body) => calls.look(refOf(body)))],
  ['/gate/spend', verb(spend, (calls, { tab, ...body }) => calls.spend({ ...refOf(body), tab }))],
  ['/gate/leave', verb(ref, (calls, body) => calls.leave(refOf(body)))],
  ['/gate/form', verb(form, (calls, { person }) => calls.form(person))],
  ['/gate/request', verb(request, (calls, body, nonce) => calls.request({ ...body, nonce }))],
  ['/gate/leases', verb(leases, (calls, body) => calls.leases(body))],
  [
    '/gate/token',
    verb(token, (calls, { client, ...body }) => calls.token({ ...body, client: client.id, clientName: client.name })),
  ],
]);
