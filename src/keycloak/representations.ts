import { z } from 'zod';
import type { DirectoryUser } from '../domain/people.ts';
import { keycloakUserId } from '../domain/ids.ts';
import { CodedError } from '../lib/errors.ts';

/** What we read of Keycloak's representations. Everything else in them is dropped at this door. */

export const attributesSchema = z.record(z.string(), z.array(z.string()));

export const groupSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  path: z.string(),
  parentId: z.string().optional(),
  description: z.string().optional(),
  /** Absent where the service account may not view the group: Keycloak then names it only as somebody's parent. */
  attributes: attributesSchema.optional(),
  realmRoles: z.array(z.string()).default([]),
  clientRoles: z.record(z.string(), z.array(z.string())).default({}),
});
export type Group = z.infer<typeof groupSchema>;

export type GroupTree = Group & { readonly subGroups: readonly GroupTree[] };
export const groupTreeSchema: z.ZodType<GroupTree> = groupSchema.extend({
  get subGroups() {
    return z.array(groupTreeSchema).default([]);
  },
});

export const roleSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().optional(),
  composite: z.boolean(),
  clientRole: z.boolean(),
  /** The realm's or the client's UUID. */
  containerId: z.string(),
  attributes: attributesSchema.default({}),
});
export type Role = z.infer<typeof roleSchema>;

export const idsSchema = z.array(z.object({ id: z.string() }));

export const mappingsSchema = z.object({
  realmMappings: z.array(roleSchema).default([]),
  clientMappings: z
    .record(z.string(), z.object({ id: z.string(), client: z.string(), mappings: z.array(roleSchema) }))
    .default({}),
});

export type Mappings = z.infer<typeof mappingsSchema>;

export const clientSchema = z.object({ id: z.string().min(1), clientId: z.string().min(1) });

export const userSchema = z
  .object({
    id: z.string().min(1),
    username: z.string(),
    enabled: z.boolean(),
    email: z.string().optional(),
    emailVerified: z.boolean().default(false),
    attributes: attributesSchema.default({}),
  })
  .transform((user): DirectoryUser => ({
    userId: keycloakUserId(user.id),
    username: user.username,
    enabled: user.enabled,
    email: user.email ?? null,
    emailVerified: user.emailVerified,
    slackIds: user.attributes['slack-user-id'] ?? [],
  }));

/** The value as the schema reads it. A proxy's page or a changed format is no answer of Keycloak. @throws keycloak_unavailable */
export function parsed<T>(schema: z.ZodType<T>, what: string, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CodedError('keycloak_unavailable', `Keycloak's answer cannot be read (${what}).`, { cause: result.error });
}
