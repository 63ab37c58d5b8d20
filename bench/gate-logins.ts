import { newVisitor } from '../test/doubles/gate-visitor.ts';
import { CLIENTS, gateWorld } from './gate-world.ts';
import type { GateWorld } from './gate-world.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';
import { answersPerSecond } from './signed-calls.ts';

const LOGINS = 30;
const WARM = 5;
const AT_ONCE = 16;

/** What the gate costs a login that it does not mean, and one about which it asks; and how many it can answer. */
export async function measureGateLogins(): Promise<Section> {
  const world = await gateWorld(AT_ONCE);
  try {
    // Before there is anything of ours in the way of anybody.
    const flows = await flowsOf(world);
    const bare: number[] = [];
    const open: number[] = [];
    const asked: number[] = [];
    for (let round = 0; round < LOGINS + WARM; round++) {
      const keep = (into: number[], ms: number) => (round < WARM ? undefined : into.push(ms));
      await flows.stock();
      keep(bare, await login(world, CLIENTS.open));
      await flows.gated();
      keep(open, await login(world, CLIENTS.open));
      keep(asked, await login(world, CLIENTS.asked));
    }
    const perSecond = await verdicts(world);
    return {
      title: `Logins and the gate (${LOGINS} each, in turn; password to authorization code)`,
      figures: [
        { name: "Keycloak's own browser flow", unit: 'ms', runs: bare },
        { name: 'flow with the gate, client not meant', unit: 'ms', runs: open },
        { name: 'flow with the gate, asked and let on', unit: 'ms', runs: asked },
        {
          name: 'not meant / own flow, medians',
          unit: '×',
          runs: [median(open) / median(bare)],
          bound: { kind: 'at most', value: 1.2 },
        },
        { name: 'what asking adds, medians', unit: 'ms', runs: [median(asked) - median(open)] },
        { name: 'asked, p95', unit: 'ms', runs: [percentile(asked, 0.95)] },
        { name: `verdicts a second, ${AT_ONCE} at once`, unit: '/s', runs: [perSecond] },
      ],
      notes: ['Each verdict reads groups, attributes and manager live in Keycloak, at most 8 calls at once.'],
    };
  } finally {
    await world.stop();
  }
}

/** From sending the password until the application has its code, ms. */
async function login({ realm }: GateWorld, clientId: string): Promise<number> {
  const tab = await newVisitor(realm.realmUrl).open(clientId);
  const startedAt = performance.now();
  await tab.signIn('u0');
  const took = performance.now() - startedAt;
  if (tab.outcome()?.['code'] === undefined) throw new Error(`no code: ${tab.text()}`);
  return took;
}

async function flowsOf({ realm }: GateWorld) {
  const { browserFlow } = await realm.get('');
  const bind = async (flow: unknown): Promise<void> => {
    await realm.send('PUT', '', { browserFlow: flow });
  };
  return { gated: () => bind(browserFlow), stock: () => bind('browser') };
}

/** @returns answers a second */
async function verdicts({ app, realm }: GateWorld): Promise<number> {
  const [user] = await realm.list('/users?username=u0&exact=true');
  const call = {
    ...{ realm: realm.name, person: { id: user?.id, username: 'u0' }, client: { id: CLIENTS.asked, name: null } },
    ...{ scopes: ['openid'], reached: [], ip: '127.0.0.1', device: null, action: null, trigger: 'client' },
    ...{ session: 'a'.repeat(64), tab: 'tab', waitSeconds: 300 },
    account: { emailVerified: true, termsAccepted: true, otp: false, ageDays: 1, filled: ['email'] },
  };
  return answersPerSecond(app, { path: '/gate/ask', call, atOnce: AT_ONCE }, ({ answer }) => answer === 'go');
}
