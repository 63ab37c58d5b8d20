import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyDecision, PolicyInput } from '../../../src/domain/policy.ts';
import { readCases, runCases } from '../../../src/policy/cases.ts';
import { evaluator } from '../../../src/policy/evaluate.ts';
import { openOpaPolicy } from '../../../src/policy/opa.ts';
import { readPolicy } from '../../../src/policy/read-policy.ts';
import type { Policy } from '../../../src/usecases/policy-port.ts';
import { aGateQuestion, aQuestion, NOON } from '../../builders/policy.ts';
import { opaTest, startOpa } from '../../doubles/opa-server.ts';
import type { OpaServer } from '../../doubles/opa-server.ts';

const examples = fileURLToPath(new URL('../../../docs/examples/policy/', import.meta.url));
const read = readPolicy(readFileSync(`${examples}policy.yaml`, 'utf8'));
if (!read.ok) throw new Error(read.problems.join('\n'));
const byFile = evaluator(read.policy);
const file = readCases(readFileSync(`${examples}cases.yaml`, 'utf8'));
if (!file.ok) throw new Error(file.problems.join('\n'));
const { cases } = file;

let server: OpaServer;
let opa: Policy;
beforeAll(async () => {
  server = await startOpa(`${examples}opa`);
  opa = openOpaPolicy({ url: server.url, now: Date.now });
});
afterAll(async () => {
  await opa.close();
  await server.stop();
});

/** All of an answer but its id and the words and order of its explanation. */
const gist = ({ id, reasons, ...answer }: PolicyDecision) => ({
  hasId: id !== '',
  ...answer,
  rules: [...new Set(reasons.map(({ rule, effect }) => `${String(rule)} ${effect}`))].sort(),
});

describe('the same rules in YAML and in Rego', () => {
  it('there are at least 60 cases, and every one is as expected on the real server', async () => {
    const results = await runCases((input) => opa.decide(input), cases);
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(60);
  });

  it('every one is answered alike by both engines, in all of the answer', async () => {
    for (const { input } of cases) expect(gist(await opa.decide(input))).toEqual(gist(byFile(input)));
  });

  it('whatever is asked is answered alike by both engines', async () => {
    await fc.assert(
      fc.asyncProperty(question, async (input) => {
        expect(gist(await opa.decide(input))).toEqual(gist(byFile(input)));
      }),
      { numRuns: 300 },
    );
  });

  it('the tests that the Rego brings along pass', async () => {
    expect(await opaTest(`${examples}opa`)).toEqual({ ok: true, output: expect.stringMatching(/^PASS: \d+\/\d+/) });
  });
});

describe('the real server', () => {
  it('logs each decision under the id that we keep', async () => {
    const { id } = await opa.decide(aQuestion());
    while (!server.log().includes(id)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.log()).toMatch(new RegExp(`"decision_id":"${id}"`));
  });

  it('a rule that is not there is undefined, and denies', async () => {
    const lost = openOpaPolicy({ url: server.url, path: '/v1/data/leasehold/lost', now: Date.now });
    expect(await lost.decide(aQuestion())).toMatchObject({
      verdict: 'deny',
      broken: ['Open Policy Agent'],
      reasons: [{ because: { own: 'engine_undefined' } }],
    });
  });

  it('one that stands still denies within its time, and decides again when it goes on', async () => {
    await server.standStill();
    try {
      const startedAt = performance.now();
      expect(await opa.decide(aQuestion())).toMatchObject({
        verdict: 'deny',
        reasons: [{ rule: null, because: { own: 'engine_late', seconds: 2 }, effect: 'broken' }],
      });
      expect(performance.now() - startedAt).toBeGreaterThan(1900);
      expect(opa.status().problem).toEqual({ own: 'engine_late', seconds: 2 });
    } finally {
      server.goOn();
    }
    expect((await opa.decide(aQuestion())).verdict).toBe('approval');
    expect(opa.status()).toMatchObject({
      source: `${server.url}/v1/data/leasehold/decision`,
      hash: null,
      problem: null,
    });
  });

  it('one that is gone denies', async () => {
    const other = await startOpa(`${examples}opa`);
    const policy = openOpaPolicy({ url: other.url, now: Date.now });
    expect((await policy.decide(aQuestion())).verdict).toBe('approval');
    await other.stop();
    expect(await policy.decide(aQuestion())).toMatchObject({ verdict: 'deny', broken: ['Open Policy Agent'] });
  });
});

const groups = fc.subarray(['/contractors', '/oncall', '/access-admins', '/payments/create', '/employees']);
const path = fc.constantFrom(
  '/production/a',
  '/production/customers/b',
  '/hr/c',
  '/logs/read',
  '/payments/create',
  '/payments/approve',
  '/sandbox',
);
const context = fc.record({
  now: fc.integer({ min: 0, max: 366 * 24 * 4 }).map((quarter) => NOON + quarter * 15 * 60_000),
  ip: fc.constantFrom(null, '10.0.0.1', '192.0.2.1'),
  client: fc.constantFrom(null, 'billing', 'other'),
  recent: fc.record({ requests24h: fc.nat(20), denied24h: fc.nat(6) }),
  live: fc.subarray(['/payments/create', '/payments/approve', '/a']),
  liveCount: fc.nat(3),
});
const attributes = fc.constantFrom<Record<string, string[]>>({}, { region: ['eu'] }, { 'second-factor': ['yes'] });
const account = fc.record({
  termsAccepted: fc.boolean(),
  otp: fc.boolean(),
  emailVerified: fc.boolean(),
  ageDays: fc.constantFrom(null, 0, 29, 30, 400),
  filled: fc.subarray(['email', 'phone']),
});
const atGate = fc
  .tuple(
    context,
    fc.record({
      client: fc.constantFrom(null, 'admin-console', 'account-console', 'billing'),
      action: fc.constantFrom(null, 'UPDATE_PASSWORD', 'delete_account'),
      scopes: fc.subarray(['openid', 'payments', 'deploy']),
      grant: fc.constantFrom(null, 'ciba', 'password', 'refresh_token'),
    }),
  )
  .map(([known, more]) => ({ ...known, ...more }));
const question: fc.Arbitrary<PolicyInput> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('request', 'approval', 'activation', 'break-glass'),
      subject: fc.record({ groups, attributes }),
      resource: fc.record({
        path,
        risk: fc.constantFrom('low', 'medium', 'high', 'critical'),
        roles: fc.subarray(['db/read', 'app/use']),
      }),
      request: fc.record({ onBehalf: fc.boolean(), bundle: fc.subarray(['/payments/create', '/payments/approve']) }),
      context,
    })
    .map(aQuestion),
  fc
    .tuple(
      fc.constantFrom('login', 'token'),
      fc.record({ subject: fc.record({ groups, attributes }), account, context: atGate }),
    )
    .map(([door, changes]) => aGateQuestion(door, changes)),
);
