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
 * Who may write the user attribute `slack-user-id`: `administrators` only, `users` themselves (or nobody can tell), or
 * `nobody`, because the realm's user profile drops it.
 */
export type SlackIdWriters = 'administrators' | 'users' | 'nobody';

export async function readSlackIdWriters(lane: Lane): Promise<SlackIdWriters> {
  const profile = parsed(
    profileSchema,
    'user profile',
    await lane.read('users.profile', (client) => client.users.getProfile()),
  );
  const declared = profile.attributes.find(({ name }) => name === 'slack-user-id');
  if (declared !== undefined) {
    const edit = declared.permissions?.edit;
    return edit?.every((who) => who === 'admin') === true ? 'administrators' : 'users';
  }
  const policy = profile.unmanagedAttributePolicy ?? 'DISABLED';
  if (policy === 'DISABLED') return 'nobody';
  return policy === 'ADMIN_EDIT' || policy === 'ADMIN_VIEW' ? 'administrators' : 'users';
}
