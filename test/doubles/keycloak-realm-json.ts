/**
 * What the bot's service account may do. `classic` and `tutorial` are roles of realm-management; `fine-grained` is admin
 * permissions v2, where `TestRealm.permit` lists what the bot may touch; an array names roles of realm-management.
 */
export type PermissionSet = 'classic' | 'tutorial' | 'fine-grained' | readonly string[];

const rolesOfSet = {
  classic: ['manage-users', 'view-realm', 'view-events', 'view-clients'],
  tutorial: ['view-users', 'manage-users', 'view-realm', 'query-groups', 'query-users'],
  'fine-grained': ['query-users', 'query-groups', 'query-clients', 'view-realm', 'view-events'],
} as const;

export const botClient = { clientId: 'leasehold', clientSecret: 'leasehold-secret' } as const;
export const resourceServer = { clientId: 'demo-api', clientSecret: 'demo-api-secret' } as const;
export const appClientId = 'demo-app';

const basicAttribute = (name: string) => ({
  name,
  permissions: { view: ['admin', 'user'], edit: ['admin', 'user'] },
  ...(name !== 'username' && { required: { roles: ['user'] } }),
});

/** The bot reads links to Slack and managers from these attributes only while nobody but an administrator can write them. */
const userProfile = {
  attributes: [
    ...['username', 'email', 'firstName', 'lastName'].map(basicAttribute),
    ...['slack-user-id', 'manager'].map((name) => ({ name, permissions: { view: ['admin'], edit: ['admin'] } })),
  ],
};

const mapper = (protocolMapper: string, config: Record<string, string>) => ({
  name: protocolMapper,
  protocol: 'openid-connect',
  protocolMapper,
  config: {
    'access.token.claim': 'true',
    'userinfo.token.claim': 'true',
    'introspection.token.claim': 'true',
    ...config,
  },
});

/**
 * A realm with the bot's client, an app to sign in to (tokens with groups and roles), and a server that introspects.
 * Names and secrets are those of sandbox/realm.json, so that a test uses both alike.
 */
export function realmJson(realm: string, permissions: PermissionSet): Readonly<Record<string, unknown>> {
  const botRoles = typeof permissions === 'string' ? rolesOfSet[permissions] : permissions;
  return {
    realm,
    enabled: true,
    accessTokenLifespan: 300,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: true,
    adminPermissionsEnabled: permissions === 'fine-grained',
    components: {
      'org.keycloak.userprofile.UserProfileProvider': [
        { providerId: 'declarative-user-profile', config: { 'kc.user.profile.config': [JSON.stringify(userProfile)] } },
      ],
    },
    clients: [
      {
        clientId: botClient.clientId,
        secret: botClient.clientSecret,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
      },
      { clientId: resourceServer.clientId, secret: resourceServer.clientSecret, standardFlowEnabled: false },
      {
        clientId: appClientId,
        publicClient: true,
        directAccessGrantsEnabled: true,
        fullScopeAllowed: true,
        protocolMappers: [
          mapper('oidc-group-membership-mapper', { 'claim.name': 'groups', 'full.path': 'true' }),
          mapper('oidc-audience-mapper', { 'included.client.audience': resourceServer.clientId }),
        ],
      },
    ],
    users: [
      {
        username: `service-account-${botClient.clientId}`,
        enabled: true,
        serviceAccountClientId: botClient.clientId,
        clientRoles: { 'realm-management': botRoles },
      },
    ],
  };
}
