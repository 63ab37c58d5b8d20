/** Which of the two ways to give the service account its rights is in force. */
export type SetUp = 'classic' | 'fine-grained' | 'insufficient';

export type RoleRemark = { readonly role: string; readonly cost: string };

/** Without the role … */
const WITHOUT: Readonly<Record<string, string>> = {
  'manage-users': 'Nobody can be given access, and none can be taken away.',
  'view-realm': 'Realm roles cannot be offered, and nobody is told how long issued tokens live on.',
  'view-events': 'Access that looks like ours cannot be traced to its giver, so orphans are reported, never removed.',
  'view-clients':
    'Client roles cannot be offered, and whatever gives a composite role or a client role is refused, because Keycloak hides what is in it.',
  'query-users': 'People cannot be found by Slack account or e-mail.',
  'query-groups': 'Groups cannot be listed, so the catalogue has none.',
  'query-clients': 'Client roles cannot be listed, so the catalogue has none.',
};

/** With the role … */
const WITH: Readonly<Record<string, string>> = {
  'realm-admin': 'Whoever has our client secret owns the realm.',
  'manage-realm': 'Whoever has our client secret can change the realm, its keys and its login flows.',
  'manage-clients': 'Whoever has our client secret can change every client and read its secret.',
  'manage-users': 'It overrides the fine-grained permissions: every group may be given, and every password reset.',
  'view-users':
    'It shows every user and every group; manage-users already does, and fine-grained permissions should not.',
  'view-clients': 'It shows the secret of every client.',
  impersonation: 'Whoever has our client secret can sign in as anybody.',
};

const CLASSIC = ['manage-users', 'view-realm', 'view-events', 'view-clients'];
const FINE_GRAINED = ['query-users', 'query-groups', 'query-clients', 'view-realm', 'view-events'];

/** Composites of Keycloak itself: who has the first carries the others in its token. */
const CONTAINS: Readonly<Record<string, readonly string[]>> = {
  'view-users': ['query-users', 'query-groups'],
  'view-clients': ['query-clients'],
};

/**
 * @param roles of realm-management, as the service account's token carries them
 * @param fineGrained whether the realm has admin permissions switched on
 */
export function judgeRoles(roles: ReadonlySet<string>, fineGrained: boolean) {
  const classic = roles.has('manage-users');
  const wanted = classic || !fineGrained ? CLASSIC : FINE_GRAINED;
  const missing = wanted.filter((role) => !roles.has(role));
  const implied = new Set([...roles].flatMap((role) => CONTAINS[role] ?? []));
  const superfluous = [...roles].filter((role) => !wanted.includes(role) && !implied.has(role));
  // Without view-events or view-clients the bot works, with less to offer.
  const works = classic || (fineGrained && roles.has('query-users') && roles.has('query-groups'));
  const setUp: SetUp = !works ? 'insufficient' : classic ? 'classic' : 'fine-grained';
  return {
    setUp,
    missing: missing.map((role): RoleRemark => ({ role, cost: WITHOUT[role] ?? '' })),
    superfluous: superfluous.map((role): RoleRemark => ({ role, cost: WITH[role] ?? 'Nothing needs it.' })),
  };
}
