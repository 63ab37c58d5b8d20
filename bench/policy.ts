import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PolicyDecision, PolicyInput } from '../src/domain/policy.ts';
import { evaluator } from '../src/policy/evaluate.ts';
import { openOpaPolicy } from '../src/policy/opa.ts';
import { readPolicy } from '../src/policy/read-policy.ts';
import { OpaMissing, prepareOpa, startOpa } from '../test/doubles/opa-server.ts';
import { asRego, asYaml, questions } from './policy-rules.ts';
import type { Figure, Section } from './report.ts';

const RULES = 200;
const QUESTIONS = 64;
const ROUNDS = 9;
const DECISIONS = 20_000;
const OPA_DECISIONS = 1000;
const AT_ONCE = 8;
const combineRego = path.join(import.meta.dirname, '..', 'docs', 'examples', 'policy', 'opa', 'combine.rego');

/** Decisions by a file of 200 rules, and by Open Policy Agent with the same rules over HTTP. */
export async function measurePolicy(): Promise<Section> {
  const read = readPolicy(asYaml(RULES));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const decide = evaluator(read.policy);
  const asked = questions(QUESTIONS);
  const expected = asked.map((input) => gist(decide(input)));
  const beside = await byOpa(asked, expected);
  return {
    title: `Policy: ${RULES} rules, ${QUESTIONS} different questions (${ROUNDS} rounds)`,
    figures: [
      {
        name: `a file, ${DECISIONS.toLocaleString('en')} decisions, on one core`,
        unit: 'per s',
        runs: byFile(decide, asked),
        bound: { kind: 'at least', value: 10_000 },
      },
      ...beside.figures,
    ],
    notes: ['On one core: by the processor time of this process, garbage collection included.', ...beside.notes],
  };
}

function byFile(decide: (input: PolicyInput) => PolicyDecision, asked: readonly PolicyInput[]): readonly number[] {
  const runs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let done = 0; done < DECISIONS; done += asked.length) for (const input of asked) decide(input);
    const { user, system } = process.cpuUsage(before);
    runs.push((Math.ceil(DECISIONS / asked.length) * asked.length) / ((user + system) / 1e6));
  }
  return runs;
}

async function byOpa(
  asked: readonly PolicyInput[],
  expected: readonly unknown[],
): Promise<{ readonly figures: readonly Figure[]; readonly notes: readonly string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-bench-opa-'));
  try {
    const program = await prepareOpa((line) => console.error(line));
    await writeFile(path.join(folder, 'rules.rego'), asRego(RULES));
    await copyFile(combineRego, path.join(folder, 'combine.rego'));
    const server = await startOpa(folder, program);
    try {
      const opa = openOpaPolicy({ url: server.url, now: Date.now });
      const answers = await Promise.all(asked.map(async (input) => gist(await opa.decide(input))));
      if (JSON.stringify(answers) !== JSON.stringify(expected)) throw new Error('the two engines disagree');
      const runs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const startedAt = performance.now();
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, worker) => ask((input) => opa.decide(input), asked, worker)),
        );
        runs.push(OPA_DECISIONS / ((performance.now() - startedAt) / 1000));
      }
      const name = `Open Policy Agent over HTTP, ${AT_ONCE} at once, all cores`;
      return { figures: [{ name, unit: 'per s', runs }], notes: [] };
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof OpaMissing)) throw error;
    return { figures: [], notes: [`Without Open Policy Agent: ${error.message}`] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(
  decide: (input: PolicyInput) => Promise<PolicyDecision>,
  asked: readonly PolicyInput[],
  worker: number,
): Promise<void> {
  for (let n = worker; n < OPA_DECISIONS; n += AT_ONCE) {
    const input = asked[n % asked.length];
    if (input !== undefined) await decide(input);
  }
}

/** What both engines have to agree on. */
const gist = ({ id, reasons, ...answer }: PolicyDecision) => ({
  ...answer,
  hasId: id !== '',
  rules: reasons.map(({ rule }) => rule).sort(),
});
