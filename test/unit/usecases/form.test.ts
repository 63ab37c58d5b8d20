import { describe, expect, it } from '@jest/globals';
import { checkForm, preview, readAhead, suggest } from '../../../src/usecases/ask.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';

const ann = { teamId: TEAM, userId: 'UANN' };
const bob = { teamId: TEAM, userId: 'UBOB' };
const access = { by: 'text', text: READ } as const;
const filled = { access, duration: '1h', justification: 'INC-42 lag' };

describe('the form', () => {
  it('answers from the catalogue as it was last read, for Slack gives it 3 s and Keycloak may take longer', async () => {
    const { ports, keycloak } = await aWorld();
    await readAhead(ports);
    keycloak.faults.always('list', 'unavailable');
    await expect(suggest(ports, READ)).resolves.toMatchObject([{ entitlement: { resource: { path: READ } } }]);
    await expect(preview(ports, access, ann)).resolves.toMatchObject({ ok: true });
    await expect(checkForm(ports, filled)).resolves.toEqual([]);
  });

  it('opens without a catalogue that cannot be read', async () => {
    const { ports, keycloak } = await aWorld();
    keycloak.faults.always('list', 'unavailable');
    await expect(readAhead(ports)).resolves.toBeUndefined();
    await expect(suggest(ports, READ)).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });

  it('knows what the person holds and has asked for', async () => {
    const world = await aWorld();
    const { ports } = world;
    const { id } = await world.grantOf(await world.lease('ann', READ, '1h'));
    const { expiresAt } = await world.grantOf(await world.lease('ann', READ, '2h'));
    await expect(preview(ports, access, ann)).resolves.toMatchObject({
      preview: { heldUntil: expiresAt, isPending: false },
    });
    await expect(preview(ports, access, bob)).resolves.toMatchObject({
      preview: { heldUntil: null, isPending: false },
    });
    await world.act('ann', { intent: 'extend', grantId: id });
    await expect(preview(ports, access, ann)).resolves.toMatchObject({ preview: { isPending: true } });
  });
});
