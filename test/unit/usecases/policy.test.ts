import { describe, expect, it } from '@jest/globals';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { previewRuled } from '../../../src/usecases/preview-ruled.ts';
import { aPolicy } from '../../builders/policy.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const READ_RULE = `when: resource.path == "${READ}"`;
const AT_ONCE = `
  - name: reading is free
    ${READ_RULE}
    allow: true`;
const CONTRACTORS = `
  - name: contractors ask nobody
    when: '"/contractors" in subject.groups'
    deny: Contractors get nothing here.`;

const asking = (access = READ, { duration = '1h', justification = 'INC-42' } = {}) => ({
  intent: 'request' as const,
  access: { by: 'text' as const, text: access },
  duration,
  justification,
});
const refusalsOf = (world: World, name: string): readonly Refusal[] =>
  world.told(name).flatMap((words) => (words.say === 'refused' ? [words.refusal] : []));
const alarms = (world: World) => world.slack.alarms.map(({ alarm }) => alarm);

describe('a denial', () => {
  it('names the rule and the reason, changes nothing, and is audited with the decision', async () => {
    const world = await aWorld({ policy: aPolicy(CONTRACTORS) });
    world.keycloak.thing('group', '/contractors');
    world.keycloak.join('ann', '/contractors');
    await world.act('ann', asking());
    const [refusal] = refusalsOf(world, 'ann');
    expect(refusal).toMatchObject({
      refusal: 'against_policy',
      path: READ,
      reasons: [{ rule: 'contractors ask nobody', because: 'Contractors get nothing here.', effect: 'deny' }],
    });
    expect((await world.rows()).requests).toEqual([]);
    const entry = (await world.audit()).at(-1);
    expect(entry).toMatchObject({ kind: 'request.refused', data: { rules: ['contractors ask nobody'] } });
    expect(entry?.data['policy']).toBe(refusal?.refusal === 'against_policy' ? refusal.id : '');
    await world.act('bob', asking());
    expect((await world.rows()).requests).toHaveLength(1);
  });

  it('one part of a bundle against policy: nothing is asked for', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: not the reader
    when: resource.path == "db-reader"
    deny: Not today.`),
    });
    await world.act('ann', { ...asking(), also: [{ by: 'text', text: 'db-reader' }] });
    expect((await world.rows()).requests).toEqual([]);
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'parts_refused', parts: [{ path: 'db-reader' }] }]);
  });

  it('a rule that cannot be evaluated refuses, and operators hear it once an hour', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: by the manager
    when: subject.manager == "mia"
    allow: true`),
    });
    await world.act('ann', asking());
    await world.act('ann', asking());
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'against_policy' }, { refusal: 'against_policy' }]);
    expect(alarms(world)).toEqual(['policy_broken']);
  });

  it('groups that may not be viewed are not taken for none: a rule about groups refuses, another one does not', async () => {
    const policy = aPolicy(CONTRACTORS);
    const world = await aWorld({ policy });
    world.keycloak.hideGroups(true);
    await world.act('ann', asking());
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'against_policy' }]);
    policy.rule(`
  - name: short
    max-duration: 1h`);
    await world.ask('ann');
  });

  it('after submission it stops the approval, and after that the activation; what is live ends as it would have', async () => {
    const policy = aPolicy(CONTRACTORS);
    const world = await aWorld({ policy });
    world.keycloak.thing('group', '/contractors');
    const lease = await world.lease('bob');
    const id = await world.ask('ann');
    for (const name of ['ann', 'bob']) world.keycloak.join(name, '/contractors');
    await world.approve('chen', id);
    expect(await world.request(id)).toMatchObject({ state: 'pending' });
    expect(refusalsOf(world, 'chen')).toMatchObject([{ refusal: 'against_policy' }]);
    world.keycloak.leave('ann', '/contractors');
    world.keycloak.faults.always('give', 'unavailable');
    await world.approve('chen', id);
    world.keycloak.join('ann', '/contractors');
    world.keycloak.faults.heal();
    await world.advance(120);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await world.advance(4000);
    expect(await world.grantOf(lease)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    await expectSound(world);
  });
});

describe('at once', () => {
  it('I12: what a rule allows goes live without an approver, on record as that, and no card is posted', async () => {
    const world = await aWorld({ policy: aPolicy(AT_ONCE) });
    const id = await world.ask('ann');
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(await world.request(id)).toMatchObject({
      state: 'approved',
      plan: [],
      approvals: [],
      ruledBy: { rules: ['reading is free'] },
    });
    const kinds = (await world.audit()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'instance.created')).toEqual([
      'request.allowed',
      'grant.planned',
      'grant.live',
    ]);
    expect(world.slack.messages).toEqual([]);
    expect(world.told('ann').map(({ say }) => say)).toEqual(['decided', 'live']);
    await world.advance(4000);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await expectSound(world);
  });

  it('I12: approved before policy allowed it, it needs its approvers all the same', async () => {
    const policy = aPolicy('\n  - name: short\n    max-duration: 8h');
    const world = await aWorld({ policy });
    const id = await world.ask('ann');
    policy.rule(AT_ONCE);
    await world.advance(3600);
    expect(await world.request(id)).toMatchObject({ state: 'pending' });
    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });

  it('I12: no longer allowed at activation, it is not given', async () => {
    const policy = aPolicy(AT_ONCE);
    const world = await aWorld({ policy });
    world.keycloak.faults.always('give', 'unavailable');
    await world.ask('ann');
    policy.rule('\n  - name: short\n    max-duration: 8h');
    world.keycloak.faults.heal();
    await world.advance(120);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await expectSound(world);
  });

  it('a bundle of which one part needs approval waits for it as a whole', async () => {
    const world = await aWorld({ policy: aPolicy(AT_ONCE) });
    await world.act('ann', { ...asking(), also: [{ by: 'text', text: 'db-reader' }] });
    const { requests } = await world.rows();
    expect(requests.map(({ state, plan }) => [state, plan.length])).toEqual([
      ['pending', 0],
      ['pending', 1],
    ]);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    const shown = world.slack.messages.find((one) => one.kind === 'card' && one.buttons !== null);
    if (shown?.buttons === undefined || shown.buttons === null) throw new Error('nothing to click');
    const message = { channel: shown.channel, ts: shown.ts };
    await world.act('chen', { intent: 'approve', ...shown.buttons, message, leaseSeconds: null });
    expect((await world.rows()).requests.map(({ state }) => state)).toEqual(['approved', 'approved']);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });
});

describe('what policy changes', () => {
  it('stages replace those of the entitlement, and a changed policy asks anew', async () => {
    const policy = aPolicy(`
  - name: two by security
    ${READ_RULE}
    stages: [{ approvers: /approvers/security, required: 2 }]`);
    const world = await aWorld({ policy });
    const id = await world.ask('ann');
    expect((await world.request(id)).plan).toMatchObject([{ groupPath: '/approvers/security', required: 2 }]);
    await world.approve('erin', id);
    policy.rule(`
  - name: platform again
    ${READ_RULE}
    stages: [{ approvers: /approvers/platform }]`);
    await world.approve('fay', id);
    expect(await world.request(id)).toMatchObject({
      state: 'pending',
      version: 2,
      approvals: [],
      ruledBy: { rules: ['platform again'] },
    });
    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });

  it('I12: the requester is no approver, whatever a rule says', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: the readers themselves
    stages: [{ approvers: /ann-alone }]`),
    });
    world.keycloak.thing('group', '/ann-alone', { 'slack-channel': 'C0PLATFORM' });
    world.keycloak.join('ann', '/ann-alone');
    await world.act('ann', asking());
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'no_approvers', because: 'only_you' }]);
  });

  it('a shorter lease: what is longer is refused, and who names no length gets what is allowed', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: short
    max-duration: 30m`),
    });
    await world.act('ann', asking(READ, { duration: '1h' }));
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'too_long', maxSeconds: 1800 }]);
    const id = await world.ask('ann', READ, '');
    expect(await world.request(id)).toMatchObject({ askedSeconds: 1800 });
  });

  it('a ticket has to stand in the justification', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: with a ticket
    ticket: '^INC-[0-9]+'`),
    });
    await world.act('ann', asking(READ, { justification: 'because' }));
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'justification_pattern', pattern: '^INC-[0-9]+' }]);
    await world.ask('ann', READ, '1h', 'INC-7 lag');
  });

  it('what nobody can check here yet is refused', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: with a second factor
    step-up: gold`),
    });
    await world.act('ann', asking());
    expect(refusalsOf(world, 'ann')).toMatchObject([
      { refusal: 'against_policy', reasons: [{ rule: 'with a second factor', effect: 'step-up' }] },
    ]);
  });

  it('a person holds so many leases, and never two that do not go together', async () => {
    const policy = aPolicy(`
  - name: one at a time
    max-leases: 1`);
    const world = await aWorld({ policy });
    await world.lease('ann');
    await world.act('ann', asking('db-reader'));
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'against_policy' }]);
    policy.rule(`
  - name: apart
    forbid-together: ["${READ}", db-reader]`);
    await world.act('ann', asking('db-reader'));
    expect(refusalsOf(world, 'ann')[1]).toMatchObject({ reasons: [{ rule: 'apart', effect: 'forbid-together' }] });
    await world.ask('ann', DEEP);
  });

  it('a lease that somebody holds since he had another Slack account counts', async () => {
    const world = await aWorld({ policy: aPolicy('\n  - name: one at a time\n    max-leases: 1') });
    await world.lease('ann');
    world.slack.person('ann2');
    const user = world.keycloak.users.get('ann');
    world.keycloak.user('ann', { slackIds: [`${TEAM}/UANN2`], ...(user && { userId: user.userId }) });
    await world.act('ann2', asking('db-reader'));
    expect(refusalsOf(world, 'ann2')).toMatchObject([
      { reasons: [{ rule: null, because: { own: 'too_many_leases', username: 'ann', count: 2, most: 1 } }] },
    ]);
  });

  it('many denials in a day: rules see them', async () => {
    const world = await aWorld({
      policy: aPolicy(`
  - name: enough
    when: context.recent.denied24h >= 1
    deny: Somebody said no today.`),
    });
    await world.deny('chen', await world.ask('ann'));
    await world.act('ann', asking());
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'against_policy' }]);
    world.clock.advance(86_401);
    await world.ask('ann');
  });
});

describe('administration of Keycloak', () => {
  it('I11: is given only where policy names its UUID, and never by one approver alone', async () => {
    const ids: string[] = [];
    const policy = aPolicy('\n  - name: long\n    max-duration: 8h', ids);
    const world = await aWorld({ policy });
    const thing = world.keycloak.thing('group', READ);
    thing.attributes = { requestable: 'true', 'approver-group': '/approvers/platform', risk: 'low' };
    thing.gives.push({ id: 'admin', name: 'realm-admin', client: 'realm-management' });
    const refused = async (): Promise<void> => {
      const before = refusalsOf(world, 'ann').length;
      await world.act('ann', asking());
      expect(refusalsOf(world, 'ann').slice(before)).toMatchObject([{ refusal: 'not_requestable' }]);
    };
    await refused();
    ids.push(thing.resource.id);
    await refused();
    thing.attributes = { ...thing.attributes, 'approvals-required': '2' };
    const id = await world.ask('ann');
    await world.approve('chen', id);
    await world.approve('dana', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });
});

describe('break-glass', () => {
  it('is refused by a deny, and not made easier by an allow', async () => {
    const policy = aPolicy(CONTRACTORS);
    const world = await aWorld({ policy });
    world.keycloak.thing('group', READ, {
      requestable: 'true',
      'approver-group': '/approvers/platform',
      risk: 'low',
      'break-glass': 'true',
    });
    const user = world.keycloak.users.get('ann');
    world.keycloak.user('ann', { slackIds: [`T0ACME/UANN`], ...(user && { userId: user.userId }) });
    world.keycloak.thing('group', '/contractors');
    world.keycloak.join('ann', '/contractors');
    const taking = {
      intent: 'break_glass' as const,
      access: { by: 'text' as const, text: READ },
      justification: 'INC-1',
    };
    await world.act('ann', taking);
    expect(refusalsOf(world, 'ann')).toMatchObject([{ refusal: 'against_policy' }]);
    policy.rule(AT_ONCE);
    await world.act('ann', taking);
    expect((await world.rows()).requests).toMatchObject([{ state: 'approved', plan: [{}], review: {} }]);
  });
});

describe('the form, before anything is asked', () => {
  const seenBy = (world: World, name: string, access = READ) =>
    previewRuled(world.ports, { by: 'text', text: access }, { teamId: TEAM, userId: `U${name.toUpperCase()}` });

  it('shows the stages and lengths that policy would have for this person, and its refusal', async () => {
    const policy = aPolicy(`
  - name: two by security
    stages: [{ approvers: /approvers/security, required: 2 }]
    max-duration: 30m
    ticket: '^INC-[0-9]+'`);
    const world = await aWorld({ policy });
    const found = await seenBy(world, 'ann');
    expect(found).toMatchObject({
      ok: true,
      preview: {
        stages: [{ groupPath: '/approvers/security', required: 2 }],
        durations: [900, 1800],
        entitlement: { maxSeconds: 1800, justificationPattern: '^INC-[0-9]+' },
      },
    });
    policy.rule(AT_ONCE);
    expect(await seenBy(world, 'ann')).toMatchObject({ ok: true, preview: { stages: [] } });
    world.keycloak.thing('group', '/contractors');
    world.keycloak.join('ann', '/contractors');
    policy.rule(CONTRACTORS);
    expect(await seenBy(world, 'ann')).toMatchObject({ ok: false, refusal: { refusal: 'against_policy' } });
    expect(await seenBy(world, 'bob')).toMatchObject({ ok: true, preview: { stages: [{ required: 1 }] } });
    expect((await world.audit()).map(({ kind }) => kind)).toEqual(['instance.created']);
  });

  it('without a policy, or where Keycloak does not answer, the entitlement speaks for itself', async () => {
    const plain = await aWorld();
    const world = await aWorld({ policy: aPolicy(CONTRACTORS) });
    world.keycloak.faults.always('factsOf', 'unavailable');
    for (const one of [plain, world])
      expect(await seenBy(one, 'ann')).toMatchObject({
        ok: true,
        preview: { stages: [{ groupPath: '/approvers/platform', required: 1 }] },
      });
  });
});

describe('limits', () => {
  const LIMITED = `
  - name: not more than that
    ${READ_RULE}
    limits: { rows: 100, site: north }
  - name: nor that, by whoever approves
    doors: [approval]
    ${READ_RULE}
    limits: { rows: 50 }`;

  it('are kept with the request, the lowest number of all doors with the grant, and are audited', async () => {
    const world = await aWorld({ policy: aPolicy(LIMITED) });
    const id = await world.ask('ann');
    expect((await world.request(id)).limits).toEqual({ rows: 100, site: 'north' });
    await world.approve('chen', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', limits: { rows: 50, site: 'north' } });
    const planned = (await world.audit()).find(({ kind }) => kind === 'grant.planned');
    expect(planned?.data['limits']).toEqual({ rows: 50, site: 'north' });
    await expectSound(world);
  });

  it('are kept for each part of a bundle by itself', async () => {
    const world = await aWorld({ policy: aPolicy(LIMITED) });
    await world.act('ann', { ...asking(), also: [{ by: 'text', text: 'db-reader' }] });
    const { requests } = await world.rows();
    const limits = new Map(requests.map(({ resource, limits: kept }) => [resource.path, kept]));
    expect(limits.get(READ)).toEqual({ rows: 100, site: 'north' });
    expect(limits.get('db-reader')).toBeUndefined();
  });

  it('are absent where no rule names any', async () => {
    const world = await aWorld({ policy: aPolicy(AT_ONCE) });
    const id = await world.ask('ann');
    expect(await world.request(id)).not.toHaveProperty('limits');
    expect(await world.grantOf(id)).not.toHaveProperty('limits');
  });
});
