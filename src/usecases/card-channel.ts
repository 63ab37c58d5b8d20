import type { IdentityNeed } from '../domain/identity.ts';
import type { GroupId } from '../domain/ids.ts';
import type { Posted } from '../domain/message.ts';
import { isManagerStage } from '../domain/plan.ts';
import type { ManagerStage, Stage } from '../domain/plan.ts';
import type { Ports } from './ports.ts';
import { certainAccount } from './seats.ts';

type Reaching = Pick<Ports, 'conversation' | 'directory' | 'settings' | 'slackPeople'>;
/** The card that is there already. */
type Known = Pick<Posted, 'channel'> | undefined;

/** Where the card of a stage belongs; null: there is nowhere to post it. @param need how well a manager's account must be known */
export const stageChannel = (
  ports: Reaching,
  stage: Stage,
  need: IdentityNeed,
  known: Known,
): Promise<string | null> =>
  isManagerStage(stage) ? managerChannel(ports, stage, need, known) : groupChannel(ports, stage.groupId, known);

/** Where a group's card belongs; while the group cannot be found that is where it is. */
export async function groupChannel(ports: Reaching, id: GroupId, known: Known): Promise<string | null> {
  const group = await ports.directory.groupById(id);
  if (group === null && known !== undefined) return known.channel;
  const wanted = group?.slackChannel ?? ports.settings.approvalsChannel;
  return wanted === null ? null : ports.conversation.resolveChannel(wanted);
}

/** A manager's card goes to his direct messages; while he cannot be found there it stays where it is. */
async function managerChannel(
  ports: Reaching,
  { manager }: ManagerStage,
  need: IdentityNeed,
  known: Known,
): Promise<string | null> {
  const account = await certainAccount(ports, manager.userId, need);
  return account === null ? (known?.channel ?? null) : ports.conversation.directChannel(account);
}
