import type { PolicyReason } from '../domain/policy.ts';
import { readCases, runCases } from '../policy/cases.ts';
import type { CaseResult } from '../policy/cases.ts';
import { evaluator } from '../policy/evaluate.ts';
import { readBounded, unreadable } from '../policy/file.ts';
import { readPolicy } from '../policy/read-policy.ts';
import type { LoadedPolicy } from '../policy/read-policy.ts';
import { forTerminal } from '../slack/render/escape.ts';
import { reasonText } from '../slack/render/reason-text.ts';
import { en } from '../slack/words/en.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Reads a policy file: one line when it is good, else one for each problem, `file:line:column: …`. */
export async function policyCheck(file: string, terminal: Terminal): Promise<ExitCode> {
  const text = await readText(file, terminal);
  if (text === null) return 2;
  const policy = policyOf(file, text, terminal);
  if (policy === null) return 1;
  const { rules, adminResources, timezone, hash } = policy;
  terminal.say(
    `ok: ${count(rules.length, 'rule')}, ${count(adminResources.length, 'admin resource')}, times in ${timezone}, SHA-256 ${hash}`,
  );
  return 0;
}

/** Puts a file of cases to a policy file, and tells in full only what is not as expected. 2: there was nothing to run. */
export async function policyTest(file: string, casesFile: string, terminal: Terminal): Promise<ExitCode> {
  const [text, casesText] = [await readText(file, terminal), await readText(casesFile, terminal)];
  if (text === null || casesText === null) return 2;
  const policy = policyOf(file, text, terminal);
  const read = readCases(casesText);
  if (!read.ok) read.problems.forEach((problem) => terminal.complain(`${casesFile}:${problem}`));
  if (policy === null || !read.ok) return 2;
  const decide = evaluator(policy);
  const results = await runCases((input) => Promise.resolve(decide(input)), read.cases);
  const failed = results.filter(({ differences }) => differences.length > 0);
  for (const result of failed) for (const line of linesOf(casesFile, result)) terminal.say(line);
  terminal.say(`${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

/** The policy of a file, or null when it was told why there is none. */
export async function policyIn(file: string, terminal: Terminal): Promise<LoadedPolicy | null> {
  const text = await readText(file, terminal);
  return text === null ? null : policyOf(file, text, terminal);
}

function linesOf(file: string, { policyCase, decision, differences }: CaseResult): readonly string[] {
  const { reasons } = decision;
  return [
    `FAILED ${policyCase.name} (${file}:${policyCase.place})`,
    ...differences.map(
      ({ what, expected, came }) => `  ${what}: expected ${JSON.stringify(expected)}, came ${JSON.stringify(came)}`,
    ),
    ...(reasons.length === 0 ? ['  no rule matched'] : reasons.map((reason) => `  matched: ${matchedText(reason)}`)),
  ];
}

const matchedText = ({ rule, effect, because }: PolicyReason): string =>
  `${rule ?? 'Leasehold'} (${effect})${because === null ? '' : `: ${reasonText(en, because, forTerminal)}`}`;

function policyOf(file: string, text: string, terminal: Terminal): LoadedPolicy | null {
  const read = readPolicy(text);
  if (read.ok) return read.policy;
  read.problems.forEach((problem) => terminal.complain(`${file}:${problem}`));
  return null;
}

async function readText(file: string, terminal: Terminal): Promise<string | null> {
  try {
    return await readBounded(file);
  } catch (error) {
    terminal.complain(`${file} cannot be read (${unreadable(error)}).`);
    return null;
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
