import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { password } from '../people.ts';
import type { RealmEyes } from './realm-eyes.ts';
import type { DemoStage } from './stage.ts';
import { expectStep, findLast, indent, type Step } from './telling.ts';
import { DEPLOY_ROLE, DEPLOY_SCOPE, PIPELINE, pipelineSecret, TOKEN_ROLE } from './tokens.ts';

const root = path.dirname(path.dirname(import.meta.dirname));
const LEASE_SECONDS = 15;
const WAIT_MS = 15_000;

/**
 * Plays what happens in tokens: a lease that is nowhere but in them and ends with it, and a pipeline that gets no token before
 * somebody has clicked.
 * @throws Error for the first step that was not seen
 */
export async function playTokenJourney(stage: DemoStage, eyes: RealmEyes, step: Step): Promise<void> {
  const { workspace } = stage.slack;
  const [ann, chen] = [workspace.as('ann.baker'), workspace.as('chen.li')];
  const platform = workspace.channel('platform-approvals');
  const cardWith = (words: string) =>
    workspace.until(() => platform.messages.findLast((message) => chen.read(message).includes(words)), WAIT_MS);

  await ann.command(`/request-access ${TOKEN_ROLE} ${LEASE_SECONDS}s INC-43 what the gateway answered`);
  await chen.click(await cardWith('INC-43'), 'Approve');
  await workspace.until(() => findLast(ann.dm.messages, 'Tokens issued', TOKEN_ROLE), WAIT_MS);
  const lent = await eyes.token('ann.baker', password);
  const [lease] = lent.leases;
  expectStep(lease !== undefined && lent.roles.includes(TOKEN_ROLE), 'the token of Ann says nothing of her lease');
  expectStep(lent.endsAt <= lease.end, 'the token outlives its lease');
  expectStep(!(await eyes.holdsRealmRole('ann.baker', TOKEN_ROLE)), 'the role was written to Keycloak');
  step(
    `Ann has ${TOKEN_ROLE} for ${LEASE_SECONDS} s, in her tokens alone: nothing is written to Keycloak`,
    `Keycloak: 200, no role mapping of hers; her token: ${TOKEN_ROLE}, lease ${lease.id}, approved by ${lease.approvers.join(', ')}, both end ${at(lease.end)}`,
  );
  expectStep(await eyes.isActive(lent.token), 'the API refuses the token while the lease lives');
  await workspace.until(() => findLast(ann.dm.messages, TOKEN_ROLE, 'ended'), LEASE_SECONDS * 1000 + WAIT_MS);
  expectStep(!(await eyes.isActive(lent.token)), 'the API still takes the token');
  const after = await eyes.token('ann.baker', password);
  expectStep(after.leases.length === 0 && !after.roles.includes(TOKEN_ROLE), 'the next token still carries the lease');
  step(
    'The lease ends, and the token with it',
    'Keycloak: 200, active: false; the next token carries neither role nor lease',
  );

  const pipeline = runPipeline(stage);
  const code = await pipeline.code;
  const card = await cardWith(code);
  step(
    `A pipeline runs leasehold token --scope ${DEPLOY_SCOPE} --for ann.baker, and waits; the approvers get a card`,
    `${indent(pipeline.said())}\n    ${indent(chen.read(card))}`,
  );
  await chen.click(card, 'Approve');
  const token = await pipeline.token;
  const read = eyes.read(token);
  expectStep(read.roles.includes(DEPLOY_ROLE), `the token of the pipeline carries ${read.roles.join(', ')}`);
  expectStep(await eyes.isActive(token), 'the API refuses the token of the pipeline');
  step(
    'Chen compares the code in the log of the pipeline and presses Approve; it has its token',
    `Keycloak: 200, active: true, ${DEPLOY_ROLE}, approval ${read.approval?.id ?? '(none)'} until ${at(read.endsAt)}`,
  );
}

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The command as a pipeline would run it, with nothing but its own three settings. */
function runPipeline({ keycloak }: DemoStage) {
  const words = ['token', '--scope', DEPLOY_SCOPE, '--for', 'ann.baker', '--why', 'release 4711 of the shop'];
  const child = spawn(process.execPath, [path.join(root, 'src/cli/main.ts'), ...words], {
    env: {
      PATH: process.env['PATH'],
      TOKEN_ISSUER: `${keycloak.url}/realms/leasehold`,
      TOKEN_CLIENT_ID: PIPELINE,
      TOKEN_CLIENT_SECRET: pipelineSecret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    const found = /\b\d{4}-\d{4}\b/.exec(said)?.[0];
    if (found !== undefined) resolve(found);
  });
  const finish = async (): Promise<string> => {
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number]>]);
    if (status !== 0) throw new Error(`leasehold token ended with ${status}: ${said}`);
    return printed.trim();
  };
  const token = finish();
  token.catch(reject);
  return { code, token, said: () => said.trim() };
}
