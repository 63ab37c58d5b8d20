import { randomBytes, randomUUID } from 'node:crypto';
import { BACKCHANNEL_TAB } from '../../src/domain/gate.ts';
import type { Backchannel, WaitingGate } from '../../src/domain/gate.ts';
import { gateId, groupId } from '../../src/domain/ids.ts';
import { REALM, START, aPerson } from './domain.ts';

/** A sign-in that has just begun to wait for five minutes, of a person, browser and client of its own. */
export function aGate(facts: Partial<WaitingGate> = {}): WaitingGate {
  const { userId, username } = aPerson();
  const openedAt = facts.openedAt ?? START;
  return {
    id: gateId(randomUUID()),
    realm: REALM,
    person: { userId, username },
    client: 'grafana',
    clientName: 'Grafana',
    scopes: ['openid'],
    ip: '10.1.2.3',
    device: 'Firefox on Linux',
    action: null,
    trigger: 'client',
    session: randomBytes(32).toString('hex'),
    tabs: [{ tab: 'first', spent: false }],
    code: '482913',
    stage: { groupId: groupId('g-platform'), groupPath: '/approvers/platform', required: 1 },
    approvals: [],
    ruledBy: { id: 'decision', rules: ['gate'] },
    card: null,
    nonce: randomBytes(16).toString('hex'),
    openedAt,
    waitsUntil: openedAt + 300_000,
    correlationId: randomUUID(),
    revision: 1,
    state: 'waiting',
    ...facts,
  };
}

/** A token that a client has just asked for without a browser. */
export const aBackchannelGate = (facts: Partial<WaitingGate> = {}, asked: Partial<Backchannel> = {}): WaitingGate =>
  aGate({
    ...{ trigger: 'backchannel', ip: null, device: null, scopes: ['openid', 'deploy'], code: '4829-1377' },
    tabs: [{ tab: BACKCHANNEL_TAB, spent: false }],
    backchannel: {
      ...{ message: '4829-1377', justification: null, seconds: 900, roles: ['deployer'], limits: {}, bearer: 'bearer' },
      ...asked,
    },
    ...facts,
  });
