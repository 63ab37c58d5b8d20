import { z } from 'zod';
import { GATE_TRIGGERS, TOKEN_GRANTS } from '../../domain/policy.ts';
import { gateId, keycloakUserId } from '../../domain/ids.ts';

// The bodies of docs/reference/gate-protocol.md. A limit that people meet is checked, and told, by the use cases; those here
// only bound what is taken in.

/** No database keeps a NUL, and UTF-8 has no half characters. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const text = (max: number) => z.string().max(max).refine(isStorable);
const name = text(255).min(1);
/** Keycloak leaves empty what nobody filled in. */
const optional = (max: number) =>
  text(max)
    .nullable()
    .transform((given) => (given === '' ? null : given));
const names = z.array(name).max(200);
const seconds = z.int().min(0).max(1_000_000_000);

const realm = name;
const userId = name.transform(keycloakUserId);
const person = z
  .strictObject({ id: userId, username: name })
  .transform(({ id, username }) => ({ userId: id, username }));
const session = z.string().regex(/^[0-9a-f]{64}$/);
const tab = text(100).min(1);

const account = z.strictObject({
  emailVerified: z.boolean(),
  termsAccepted: z.boolean(),
  otp: z.boolean(),
  ageDays: z.int().min(0).max(1_000_000).nullable(),
  filled: z.array(name).max(1000),
});

export const ask = z.strictObject({
  ...{ realm, person, session, tab, account },
  client: z.strictObject({ id: name, name: optional(255) }),
  scopes: names,
  reached: names,
  ip: optional(100),
  device: optional(255),
  action: optional(255),
  trigger: z.enum(GATE_TRIGGERS),
  waitSeconds: seconds,
});

const ofGate = { realm, gate: text(100).min(1).transform(gateId), person: userId, session };
export const ref = z.strictObject(ofGate);
export const spend = z.strictObject({ ...ofGate, tab });

export const form = z.strictObject({ realm, person });

const approval = text(100).min(1).transform(gateId).nullable();
/** An id that can go into an address, as it has to when the session is ended. */
const userSession = optional(255).refine((id) => id === null || /^[\w-]+$/.test(id));
const aboutToken = { realm, person, scopes: names, session: userSession, approval };
export const leases = z.strictObject({ ...aboutToken, client: name });
export const token = z.strictObject({
  ...aboutToken,
  client: z.strictObject({ id: name, name: optional(255) }),
  grant: z.enum(TOKEN_GRANTS),
  ip: optional(100),
});

const access = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('id'), kind: z.enum(['group', 'realm-role', 'client-role']), id: name }),
  z.strictObject({ by: z.literal('text'), text: text(2000) }),
]);
export const request = z.strictObject({ realm, person, access, seconds, justification: text(20_000) });
