import { afterAll, describe, expect, it } from '@jest/globals';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import { connections } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const TEAMS = 60;
const GROUPS_PER_TEAM = 50;

describe('a catalogue of 3,000 groups', () => {
  it('is listed in full although namesakes change places between pages, with no call per parent', async () => {
    const one = (name: string, attributes: Record<string, string[]>, subGroups: object[] = []) => ({
      name,
      attributes,
      subGroups,
    });
    const groups = Array.from({ length: TEAMS }, (_, team) => {
      const marked = { requestable: ['true'], 'approver-group': [`/approvers-${team % 20}`] };
      const inside = Array.from({ length: GROUPS_PER_TEAM }, (__, index) => one(`access-${index}`, marked));
      return one(`team-${team}`, {}, inside);
    });
    const approvers = Array.from({ length: 20 }, (_, index) => one(`approvers-${index}`, {}));
    const realm = await sharedKeycloak().createRealm({ json: { groups: [...groups, ...approvers] } });

    const { interactive, calls } = connect(realm);
    const items = await interactive.catalogue.list();
    const paths = items.map((item) =>
      item.requestable ? item.entitlement.resource.path : `refused: ${item.resource.path}`,
    );
    expect(new Set(paths).size).toBe(TEAMS * GROUPS_PER_TEAM);
    expect(paths).toContain('/team-59/access-49');
    expect(paths.filter((path) => path.startsWith('refused'))).toEqual([]);
    const count = (operation: string) => calls.filter((call) => call.operation === operation).length;
    expect(count('groups.list')).toBe(17);
    expect(count('groups.by-path')).toBe(21);
    // Namesakes change places between pages; those that none held are read one by one.
    expect(count('groups.get')).toBeLessThan(300);
  }, 240_000);
});
