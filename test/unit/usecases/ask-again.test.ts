import { expect, it } from '@jest/globals';
import { requestId } from '../../../src/domain/ids.ts';
import { askAgain } from '../../../src/usecases/ask-again.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';

it('the form comes back as it was filled in, for the one who asked and the one who had it', async () => {
  const world = await aWorld();
  const access = { by: 'text', text: READ } as const;
  const beneficiary = world.slackOf('bob');
  const ask = { intent: 'request', access, duration: '45m', justification: 'INC-42', beneficiary } as const;
  await world.act('ann', ask);
  const [request] = (await world.rows()).requests;
  if (request === undefined) throw new Error('not asked');
  const again = (name: string) => askAgain(world.ports, [request.id], world.slackOf(name));
  const filled = { seconds: 2700, justification: 'INC-42' };
  const found = await again('ann');
  expect(found).toMatchObject({ ok: true, filled: { ...filled, people: [beneficiary] } });
  expect(found.ok && found.preview.durations).toContain(2700);
  expect(await again('bob')).toMatchObject({ ok: true, filled: { ...filled, people: [] } });
  expect((await world.rows()).requests).toHaveLength(1);
});

it('nobody else sees it, and what is no longer offered says so', async () => {
  const world = await aWorld();
  const id = await world.ask('ann');
  const notYours = { ok: false, refusal: { refusal: 'not_yours' } };
  expect(await askAgain(world.ports, [id], world.slackOf('bob'))).toEqual(notYours);
  expect(await askAgain(world.ports, [id], { ...world.slackOf('ann'), teamId: 'T0OTHER' })).toEqual(notYours);
  expect(await askAgain(world.ports, [requestId('r-none')], world.slackOf('ann'))).toEqual(notYours);
  world.keycloak.dropThing(READ);
  await world.ports.catalogue.list();
  expect(await askAgain(world.ports, [id], world.slackOf('ann'))).toMatchObject({
    ok: false,
    refusal: { refusal: 'not_requestable', path: READ },
  });
});

it('a lease that may no longer last so long is offered as long as by default', async () => {
  const world = await aWorld();
  const id = await world.ask('ann', READ, '8h');
  const base = { requestable: 'true', 'approver-group': '/approvers/platform', 'max-duration': '2h' };
  world.keycloak.thing('group', READ, { ...base, risk: 'low', 'default-duration': '1h' });
  await world.ports.catalogue.list();
  const found = await askAgain(world.ports, [id], world.slackOf('ann'));
  expect(found).toMatchObject({ ok: true, filled: { seconds: 3600 } });
  expect(found.ok && found.preview.durations.at(-1)).toBe(7200);
});

it('parts of a bundle come back together, with what may be had for all of them; nobody sees another’s', async () => {
  const world = await aWorld();
  const access = { by: 'text', text: READ } as const;
  const also = [{ by: 'text', text: 'db-reader' }] as const;
  await world.act('ann', { intent: 'request', access, also, duration: '45m', justification: 'INC-42' });
  const [one, other] = (await world.rows()).requests;
  if (one === undefined || other === undefined) throw new Error('not asked');
  const again = async () => {
    const found = await askAgain(world.ports, [one.id, other.id, other.id], world.slackOf('ann'));
    if (!found.ok) throw new Error(found.refusal.refusal);
    return found;
  };
  const { preview, others, filled } = await again();
  expect([preview, ...others].map(({ entitlement }) => entitlement.resource.path)).toEqual([READ, 'db-reader']);
  for (const { durations } of [preview, ...others]) expect(durations).toContain(2700);
  expect(filled).toEqual({ seconds: 2700, justification: 'INC-42', people: [] });

  const base = { requestable: 'true', 'approver-group': '/approvers/platform', risk: 'low' };
  world.keycloak.thing('realm-role', 'db-reader', { ...base, 'max-duration': '30m', 'default-duration': '15m' });
  await world.ports.catalogue.list();
  expect((await again()).filled.seconds).toBe(900);

  const bobs = await world.ask('bob');
  expect(await askAgain(world.ports, [one.id, bobs], world.slackOf('ann'))).toMatchObject({
    refusal: { refusal: 'not_yours' },
  });
});
