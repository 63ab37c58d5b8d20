import { z } from 'zod';
import type { Lane } from './connection.ts';
import { parsed } from './representations.ts';

const profileSchema = z.object({
  attributes: z
    .array(z.object({ name: z.string(), permissions: z.object({ edit: z.array(z.string()).optional() }).optional() }))
    .default([]),
  /** Absent: attributes that the profile does not declare are not stored at all. */
  unmanagedAttributePolicy: z.string().optional(),
});

/**
 * Who may write an attribute of users on which we rely: `administrators` only, `users` themselves (or nobody can tell), or
 * `nobody`, because the realm's user profile drops it.
 */
export type Writers = 'administrators' | 'users' | 'nobody';

/** Who may write an attribute of users, by its name. */
export type WritersOf = (attribute: string) => Writers;

export async function readWriters(lane: Lane): Promise<WritersOf> {
  const profile = parsed(
    profileSchema,
    'user profile',
    await lane.read('users.profile', (client) => client.users.getProfile()),
  );
  return (attribute) => writersOf(profile, attribute);
}

function writersOf(profile: z.infer<typeof profileSchema>, attribute: string): Writers {
  const declared = profile.attributes.find(({ name }) => name === attribute);
  if (declared !== undefined) {
    const edit = declared.permissions?.edit;
    return edit?.every((who) => who === 'admin') === true ? 'administrators' : 'users';
  }
  const policy = profile.unmanagedAttributePolicy ?? 'DISABLED';
  if (policy === 'DISABLED') return 'nobody';
  return policy === 'ADMIN_EDIT' || policy === 'ADMIN_VIEW' ? 'administrators' : 'users';
}
