import type { Actor } from '../slack/workspace.ts';
import type { RealmEyes } from './realm-eyes.ts';
import { codeOn, signInAddress, signInAndConfirm } from './sign-in.ts';
import type { DemoStage } from './stage.ts';
import { expectStep, findLast, indent, type Step } from './telling.ts';

const CLIENT = 'leasehold-sign-in';
const LEASE_SECONDS = 10;
const WAIT_MS = 15_000;

/**
 * Plays what people have to sign in for: an access of critical risk that two approve, and an account that is linked.
 * @throws Error for the first step that was not seen
 */
export async function playProvenJourney({ slack }: DemoStage, eyes: RealmEyes, step: Step): Promise<void> {
  const { workspace } = slack;
  const ann = workspace.as('ann.baker');
  const security = workspace.channel('security-approvals');
  const holdsRefund = () => eyes.holdsRole('ann.baker', 'billing', 'refund');

  await ann.command(`/request-access billing/refund ${LEASE_SECONDS}s CHG-8 order 1704 was paid twice`);
  const card = await workspace.until(() => security.messages.at(-1), WAIT_MS);
  const approve = async (username: string): Promise<string> => {
    const approver = workspace.as(username);
    await approver.click(card, 'Approve');
    const word = await signInWord(approver);
    expectStep(!(await holdsRefund()), 'the click alone gave the access');
    await signInAndConfirm(signInAddress(word), username);
    return approver.read(word);
  };
  const word = await approve('eve.novak');
  step(
    'Ann asks for billing/refund, risk critical; Eve presses Approve and has to sign in, by password and one-time code',
    `${indent(word)}\n    Keycloak: 200, ${await session('eve.novak')}`,
  );
  await approve('dana.fox');
  await workspace.until(() => findLast(ann.dm.messages, 'You have', 'refund'), WAIT_MS);
  expectStep(await holdsRefund(), 'Keycloak does not show the role');
  step(
    'Dana does the same, as the second approver; Ann has the role',
    `Keycloak: 200, ${await session('dana.fox')}\n    Keycloak: 200, Ann has the client role billing/refund`,
  );

  const bob = workspace.as('bob.ito');
  await bob.command('/access link');
  const code = codeOn(await signInAndConfirm(signInAddress(await signInWord(bob)), 'bob.ito'));
  bob.say(bob.dm.id, code);
  const linked = await workspace.until(() => findLast(bob.dm.messages, 'linked to'), WAIT_MS);
  step(
    `Bob types /access link, signs in to Keycloak and types the code of the page, ${code}, in Slack`,
    `${indent(bob.read(linked))}\n    Keycloak: 200, ${await session('bob.ito')}`,
  );

  await workspace.until(() => findLast(ann.dm.messages, 'refund', 'ended'), LEASE_SECONDS * 1000 + WAIT_MS);
  expectStep(!(await holdsRefund()), 'Keycloak still shows the role');
  step("Ann's lease on billing/refund ends", 'Keycloak: 200, no such role any more');

  function signInWord(person: Actor) {
    const isOne = ({ text }: { readonly text: string }) => text.includes('/sign-in/');
    return workspace.until(() => [...person.ephemerals(), ...person.dm.messages].findLast(isOne), WAIT_MS);
  }
  async function session(username: string): Promise<string> {
    const since = await eyes.signedInAt(username, CLIENT);
    expectStep(since !== null, `Keycloak knows no session of ${username}`);
    return `a session of ${username} at ${CLIENT} since ${since.toISOString()}`;
  }
}
