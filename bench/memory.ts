import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBot } from '../sandbox/demo/bot.ts';
import type { Section } from './report.ts';
import { benchEnvironment, benchRealm, benchSlack, createUsers, entitlement } from './world.ts';

const ENTITLEMENTS = 5000;
const IDLE_MS = Number(process.env['BENCH_IDLE_SECONDS'] ?? 300) * 1000;
const MIB = 2 ** 20;

/** Memory of the process that `npm start` runs, with 5,000 entitlements listed once, after five idle minutes. */
export async function measureMemory(): Promise<Section> {
  const groups = Array.from({ length: ENTITLEMENTS }, (_, index) => ({
    name: `entitlement-${index}`,
    attributes: Object.fromEntries(Object.entries(entitlement).map(([name, value]) => [name, [value]])),
  }));
  const realm = await benchRealm({ groups });
  await createUsers(realm, 1, []);
  const slack = await benchSlack(1);
  const { env, remove } = await benchEnvironment(slack, realm);
  const bot = await startBot(env);
  try {
    const person = slack.workspace.as('U0');
    await person.command('/request-access');
    const modal = await person.modal();
    const startedAt = performance.now();
    const { options } = await person.suggest(modal, 'Access', 'entitlement-4999');
    const listedMs = performance.now() - startedAt;
    if (options.length === 0) throw new Error('the typeahead found nothing');
    const again = performance.now();
    await person.suggest(modal, 'Access', 'entitlement-123');
    const typeaheadMs = performance.now() - again;
    await person.close(true);
    await sleep(IDLE_MS);
    const figures = await memoryOf(bot.url);
    return {
      title: `Memory after ${IDLE_MS / 1000} idle seconds with ${ENTITLEMENTS} entitlements (one run)`,
      figures: [
        {
          name: 'resident memory',
          unit: 'MiB',
          runs: [figures.residentBytes / MIB],
          bound: { kind: 'at most', value: 250 },
        },
        { name: 'used heap', unit: 'MiB', runs: [figures.heapBytes / MIB], bound: { kind: 'at most', value: 80 } },
        { name: 'typeahead, the first one (reads the catalogue)', unit: 'ms', runs: [listedMs] },
        { name: 'typeahead, the next one', unit: 'ms', runs: [typeaheadMs] },
      ],
      notes: [`V8 flags: ${await startFlags()}`],
    };
  } finally {
    await bot.stop();
    await slack.stop();
    await remove();
  }
}

/** What the process behind this address says of its own memory. */
export async function memoryOf(url: string): Promise<{ readonly residentBytes: number; readonly heapBytes: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { residentBytes: value('process_resident_memory_bytes'), heapBytes: value('nodejs_heap_size_used_bytes') };
}

async function startFlags(): Promise<string> {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return scripts.start.match(/--\S+/g)?.join(' ') ?? 'none, Node’s defaults';
}
