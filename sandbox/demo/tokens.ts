import { realmAdmin } from '../../keycloak/gate-admin.js';
import { setUpTokens } from '../../keycloak/token-setup.js';

/** A role that is lent in tokens alone, and one that only a token of the pipeline carries, after a click. */
export const TOKEN_ROLE = 'log-reader';
export const DEPLOY_ROLE = 'deployer';
export const DEPLOY_SCOPE = 'deploy';
export const PIPELINE = 'pipeline';
export const pipelineSecret = 'demo-pipeline-secret';

type Where = Pick<Parameters<typeof setUpTokens>[0], 'url' | 'realm' | 'token'>;

/** What the demo shows in tokens: a role marked `session`, leases in the tokens of its app, and a pipeline that waits. */
export async function prepareTokens(where: Where): Promise<void> {
  const admin = realmAdmin(where);
  await admin.post('/roles', {
    name: TOKEN_ROLE,
    description: 'Reads the logs of production',
    attributes: { requestable: ['true'], session: ['true'], 'approver-group': ['/approvers/platform'], risk: ['low'] },
  });
  await admin.post('/roles', { name: DEPLOY_ROLE, description: 'Deploys the shop' });
  const [ann] = await admin.list('/users?exact=true&username=ann.baker');
  await admin.post(`/users/${ann?.['id']}/role-mappings/realm`, [await admin.get(`/roles/${DEPLOY_ROLE}`)]);
  await admin.post('/clients', {
    ...{ clientId: PIPELINE, name: 'Release pipeline', secret: pipelineSecret, standardFlowEnabled: false },
    protocolMappers: [audience],
  });
  await setUpTokens({
    ...where,
    leases: { clients: ['demo-app'] },
    backchannel: { clients: [PIPELINE], scopes: [{ scope: DEPLOY_SCOPE, role: DEPLOY_ROLE }] },
    lifespan: { clients: [PIPELINE], seconds: 300 },
  });
}

/** The API that checks tokens has to be among those for whom they are. */
const audience = {
  ...{ name: 'audience', protocol: 'openid-connect', protocolMapper: 'oidc-audience-mapper' },
  config: {
    'included.client.audience': 'demo-api',
    'access.token.claim': 'true',
    'introspection.token.claim': 'true',
  },
};
