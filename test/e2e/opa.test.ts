import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/model.ts';
import { castWorkspace, offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import { startOpa } from '../doubles/opa-server.ts';
import type { OpaServer } from '../doubles/opa-server.ts';

const REGO = `package leasehold

default decision := {"verdict": "approval"}

decision := {"verdict": "allow", "reasons": [{"rule": "logs at once", "effect": "allow"}]} if input.resource.path == "logs"

decision := {"verdict": "deny", "reasons": [{
	"rule": "no database for engineers",
	"because": "Engineers get no database.",
	"effect": "deny",
}]} if {
	input.resource.path == "database"
	"/teams/engineering" in input.subject.groups
}
`;
const people = castWorkspace().people?.map((one) => (one.name === 'dana' ? { ...one, locale: 'de-DE' } : one)) ?? [];

const seed = async (realm: TestRealm) => ({
  database: await offer(realm, 'database'),
  logs: await offer(realm, 'logs'),
  wiki: await offer(realm, 'wiki'),
});

let folder: string;
let opa: OpaServer;
let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-opa-'));
  await writeFile(path.join(folder, 'leasehold.rego'), REGO);
  opa = await startOpa(folder);
  stage = await aStage({ seed, slack: { people }, env: { OPA_URL: opa.url } });
});
afterAll(async () => {
  await stage.stop();
  await opa.stop();
  await rm(folder, { recursive: true, force: true });
});

const [ann, dana] = (['ann', 'dana'] as const).map((name) => () => stage.workspace.as(name)) as [Who, Who];
type Who = () => ReturnType<Stage['workspace']['as']>;
const alarms = () =>
  stage.workspace
    .channel('access-audit')
    .messages.flatMap(({ text }) => (/Open Policy Agent/.test(text) ? [text] : []));
const policyHealth = async () =>
  ((await (await fetch(`${stage.app().url}/readyz`)).json()) as { readonly policy: string }).policy;

describe('Open Policy Agent decides', () => {
  it('at once, and refuses with its own reason; its log knows the decision by the id that the audit keeps', async () => {
    await ann().command('/request-access logs 1h INC-1 why');
    await stage.isLive('ann', stage.seeded.logs);
    expect(await stage.tell('ann', /needs no approval/)).toMatch(/logs/);
    await stage.tell('ann', /You have \*?logs/);
    const refused = await stage.hears(ann(), () => ann().command('/request-access database 1h INC-2 why'));
    expect(refused).toEqual([
      expect.stringMatching(/Engineers get no database\. \(Rule: no database for engineers\.\)/),
    ]);
    const [, decision = 'none'] = /name the decision ([-0-9a-f]+)/.exec(refused[0] ?? '') ?? [];
    await stage.until('the log of Open Policy Agent', () => opa.log().includes(`"decision_id":"${decision}"`));
    expect(await policyHealth()).toBe('ok');
  });
});

describe('while it stands still', () => {
  let card: Message;
  beforeAll(async () => {
    card = await stage.ask('bob', 'wiki 1h INC-3 why');
    await opa.standStill();
  });

  it('a request is refused and says that policy is unreachable, in the language of who asks', async () => {
    const english = await stage.hears(ann(), () => ann().command('/request-access wiki 1h INC-4 why'));
    expect(english).toEqual([
      expect.stringMatching(/^Policy cannot decide about "wiki" now.*policy is unreachable: no answer within 2 s\./),
    ]);
    const german = await stage.hears(dana(), () => dana().command('/request-access logs 1h INC-4 why'));
    expect(german).toEqual([
      expect.stringMatching(/^Die Richtlinien .*nicht erreichbar: keine Antwort innerhalb von 2 s\./),
    ]);
    expect(await stage.holds('dana', stage.seeded.logs)).toBe(false);
  });

  it('I12: an approval does not count, and the request waits on', async () => {
    const chen = stage.workspace.as('chen');
    const late = await stage.hears(chen, () => stage.approve('chen', card));
    expect(late).toEqual([expect.stringMatching(/policy is unreachable/)]);
    expect(await stage.holds('bob', stage.seeded.wiki)).toBe(false);
  });

  it('operators are told once, /readyz tells it, and access is taken away as ever', async () => {
    expect(alarms()).toEqual([expect.stringMatching(/Taking access away goes on\./)]);
    expect(await policyHealth()).toBe('policy is unreachable: no answer within 2 s');
    const live = await stage.workspace.until(() => ann().dm.messages.findLast(({ text }) => text.includes('logs')));
    await stage.press('ann', live, 'Release');
    await stage.isGone('ann', stage.seeded.logs);
  });

  it('when it goes on, the same click counts', async () => {
    opa.goOn();
    await stage.approve('chen', card);
    await stage.isLive('bob', stage.seeded.wiki);
    expect(await policyHealth()).toBe('ok');
  });
});

it('once it is gone, nothing is given and what is live still ends', async () => {
  await opa.stop();
  const refused = await stage.hears(ann(), () => ann().command('/request-access logs 1h INC-5 why'));
  expect(refused).toEqual([expect.stringMatching(/policy is unreachable: no connection\./)]);
  stage.pass(3601);
  await stage.isGone('bob', stage.seeded.wiki);
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
