import type { FakeKeycloak } from './fake-keycloak.ts';
import type { FakeSlack } from './fake-slack.ts';

export const PLATFORM = 'C0PLATFORM';
export const SECURITY = 'C0SECURITY';
export const READ = '/prod/read';
/** Needs a platform approver, then a security approver. */
export const DEEP = '/prod/deep';
export const VAULT = '/prod/vault';

/** The people, groups, channels and resources of the fake world. */
export function furnish(keycloak: FakeKeycloak, slack: FakeSlack): void {
  for (const name of ['ann', 'bob', 'chen', 'dana', 'erin', 'fay', 'root']) {
    keycloak.user(name);
    slack.person(name);
  }
  keycloak.thing('group', '/approvers');
  keycloak.thing('group', '/approvers/platform', { 'slack-channel': PLATFORM });
  keycloak.thing('group', '/approvers/security', { 'slack-channel': SECURITY });
  keycloak.thing('group', '/access-admins');
  for (const name of ['chen', 'dana']) keycloak.join(name, '/approvers/platform');
  for (const name of ['erin', 'fay']) keycloak.join(name, '/approvers/security');
  keycloak.join('root', '/access-admins');
  slack.channel(PLATFORM);
  slack.channel(SECURITY);
  keycloak.thing('group', '/prod');
  const base = { requestable: 'true', 'approver-group': '/approvers/platform' };
  keycloak.thing('group', READ, { ...base, risk: 'low' });
  keycloak.thing('group', DEEP, { ...base, risk: 'low', 'approver-group-2': '/approvers/security' });
  keycloak.thing('realm-role', 'db-reader', { ...base, 'end-sessions': 'true' });
  keycloak.thing('client-role', 'grafana/viewer', base);
  keycloak.thing('group', VAULT, { ...base, risk: 'critical' });
}
