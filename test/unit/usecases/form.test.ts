import { describe, expect, it } from '@jest/globals';
import { checkForm, preview, readAhead, suggest } from '../../../src/usecases/ask.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';

describe('the form', () => {
  it('answers from the catalogue as it was last read, for Slack gives it 3 s and Keycloak may take longer', async () => {
    const { ports, keycloak } = await aWorld();
    await readAhead(ports);
    keycloak.faults.always('list', 'unavailable');
    const access = { by: 'text', text: READ } as const;
    await expect(suggest(ports, READ)).resolves.toMatchObject([{ entitlement: { resource: { path: READ } } }]);
    await expect(preview(ports, access)).resolves.toMatchObject({ ok: true });
    await expect(checkForm(ports, { access, duration: '1h', justification: 'INC-42 lag' })).resolves.toEqual([]);
  });

  it('opens without a catalogue that cannot be read', async () => {
    const { ports, keycloak } = await aWorld();
    keycloak.faults.always('list', 'unavailable');
    await expect(readAhead(ports)).resolves.toBeUndefined();
    await expect(suggest(ports, READ)).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });
});
