import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { password } from '../people.ts';
import { playGateJourney } from './gate-journey.ts';
import { playProvenJourney } from './proven-journey.ts';
import { createRealmEyes } from './realm-eyes.ts';
import type { DemoStage } from './stage.ts';
import { playTokenJourney } from './token-journey.ts';
import { expectStep, findLast, indent, type Step } from './telling.ts';

const root = path.dirname(path.dirname(import.meta.dirname));
const ROLE = 'production-reader';
const PATH = '/environments/production/production-read';
const LEASE_SECONDS = 10;
const WAIT_MS = 15_000;

/**
 * Plays request, approval, access, end, sign-ins, the gate and audit with real tokens, telling each step with what Keycloak answered.
 * @throws Error for the first step that was not seen
 */
export async function playJourney(stage: DemoStage, say: (line: string) => void): Promise<void> {
  const { workspace } = stage.slack;
  const eyes = createRealmEyes(stage.keycloak.url, 'leasehold');
  const step: Step = (what, seen) => say(`✓ ${what}\n    ${seen}`);
  const [ann, chen, eve] = [workspace.as('ann.baker'), workspace.as('chen.li'), workspace.as('eve.novak')];

  const before = await eyes.token('ann.baker', password);
  expectStep(!before.roles.includes(ROLE), `Ann's token already carries ${ROLE}`);
  step('Ann signs in: her token does not carry the role', `Keycloak: 200, realm roles ${list(before.roles)}`);

  const asked = await ann.command(
    `/request-access production-read ${LEASE_SECONDS}s INC-42 replication lag, need to look at pg_stat_activity`,
  );
  expectStep(asked.ok, `Slack said ${asked.error ?? 'nothing'}`);
  step(
    `Ann types /request-access production-read ${LEASE_SECONDS}s INC-42 …`,
    `Slack: acknowledged in ${Math.round(asked.latencyMs)} ms`,
  );

  const platform = workspace.channel('platform-approvals');
  const card = await workspace.until(() => platform.messages.at(-1), WAIT_MS);
  step('The approver group gets a card', indent(chen.read(card)));
  expectStep((await eyes.holds('ann.baker', PATH)) === null, 'Ann is a member before anybody approved');

  const clicked = await chen.click(card, 'Approve');
  expectStep(clicked.ok, `Slack said ${clicked.error ?? 'nothing'}`);
  const live = await workspace.until(() => findLast(ann.dm.messages, 'You have'), WAIT_MS);
  const membership = await eyes.holds('ann.baker', PATH);
  expectStep(membership !== null, 'Keycloak does not show Ann in the group');
  step(
    'Chen presses Approve; Ann is told that it is live',
    `${indent(ann.read(live))}\n    Keycloak: 200, member of ${membership.path} (${membership.id})`,
  );

  const during = await eyes.token('ann.baker', password);
  expectStep(during.roles.includes(ROLE), `Ann's new token does not carry ${ROLE}`);
  step("Ann's new token carries the role", `Keycloak: 200, realm roles ${list(during.roles)}`);

  const ended = await workspace.until(() => findLast(ann.dm.messages, 'ended'), LEASE_SECONDS * 1000 + WAIT_MS);
  expectStep((await eyes.holds('ann.baker', PATH)) === null, 'Keycloak still shows Ann in the group');
  step('The lease ends', `${indent(ann.read(ended))}\n    Keycloak: 200, not a member any more`);
  const after = await eyes.token('ann.baker', password);
  expectStep(!after.roles.includes(ROLE), `Ann's next token still carries ${ROLE}`);
  step("Ann's next token does not carry the role", `Keycloak: 200, realm roles ${list(after.roles)}`);

  await playProvenJourney(stage, eyes, step);
  await playGateJourney(stage, eyes, step);
  await playTokenJourney(stage, eyes, step);

  const seen = eve.ephemerals().length;
  await eve.command('/access-audit');
  const page = await workspace.until(() => eve.ephemerals()[seen], WAIT_MS);
  step('Eve types /access-audit', indent(eve.read(page)));
  step('leasehold audit verify', verifyAudit(stage.databaseFile));
  step('Nobody was called twice or shouted at', `Slack: ${workspace.violations.length} violations of its rules`);
  expectStep(workspace.violations.length === 0, JSON.stringify(workspace.violations));
  say(
    `\nThe journey took place in Keycloak ${(await eyes.version()) ?? ''}: access came with the approval and went with the lease.`,
  );
}

const list = (roles: readonly string[]): string => (roles.length === 0 ? '(none)' : roles.join(', '));

/** The command an auditor would run, on the file the bot is still writing to. */
function verifyAudit(databaseFile: string): string {
  const result = spawnSync(process.execPath, [path.join(root, 'src/cli/main.ts'), 'audit', 'verify', databaseFile], {
    encoding: 'utf8',
  });
  expectStep(result.status === 0, `audit verify said: ${result.stdout}${result.stderr}`);
  return indent(result.stdout.trim());
}
