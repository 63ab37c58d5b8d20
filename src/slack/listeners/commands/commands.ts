import type { App, SlashCommand } from '@slack/bolt';
import type { AccessWord, Intent } from '../../../usecases/intent.ts';
import { glassModal, plainGlass } from '../../render/break-glass.ts';
import { plainRevocation, revocationModal } from '../../render/revocation-modal.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { openDrawn } from '../dialog.ts';
import { acknowledge, take, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { openRequestModal } from '../shortcuts/request-access.ts';
import { accessIntent, auditIntent, requestIntent } from './typed.ts';

/** `/request-access`, `/access`, `/access-audit`. */
export function register(app: App, door: Door): void {
  app.command('/request-access', async ({ command, ack }) => {
    if (command.text.trim() !== '')
      return takeCommand(door, command, ack, requestIntent(command.text, userOf(command)));
    await acknowledge(door, () => ack());
    await openRequestModal(door, askedBy(command));
  });
  app.command('/access', async ({ command, ack }) => {
    const intent = accessIntent(command.text, userOf(command));
    if (intent.intent === 'break_glass' && intent.justification === '') {
      await acknowledge(door, () => ack());
      return openGlassModal(door, command, intent.access);
    }
    const isEverything = intent.intent === 'revoke' && intent.person === null && intent.access === null;
    if (!isEverything) return takeCommand(door, command, ack, intent);
    await acknowledge(door, () => ack());
    await openRevocationModal(door, command);
  });
  app.command('/access-audit', ({ command, ack }) => takeCommand(door, command, ack, auditIntent(command.text)));
}

const userOf = (command: SlashCommand) => ({ teamId: command.team_id, userId: command.user_id });

const askedBy = (command: SlashCommand) => ({
  slack: userOf(command),
  triggerId: command.trigger_id,
  responseUrl: command.response_url || null,
});

async function takeCommand(
  door: Door,
  command: SlashCommand,
  ack: (answer?: { response_type: 'ephemeral'; text: string }) => Promise<void>,
  intent: Intent,
): Promise<void> {
  const envelope = {
    key: `cmd:${command.trigger_id}`,
    slack: userOf(command),
    responseUrl: command.response_url || null,
    intent,
  };
  await take(
    door,
    envelope,
    () => ack(),
    (text) => ack({ response_type: 'ephemeral', text }),
  );
}

/** The end of every lease is asked for in a form, where it has to be confirmed by a word. */
async function openRevocationModal(door: Door, command: SlashCommand): Promise<void> {
  const asked = askedBy(command);
  const say = await wordsOf(door, asked.slack);
  await openDrawn(door, say, asked, plainRevocation(say, say.dialogs.countingLeases), async () => {
    const found = await door.desk.revocation(asked.slack);
    return found.ok ? revocationModal(say, found) : plainRevocation(say, refusalText(say, found.refusal, null));
  });
}

/** Access is taken at once only after its warning was read: here, unless all of it was typed. */
async function openGlassModal(door: Door, command: SlashCommand, access: AccessWord): Promise<void> {
  const asked = askedBy(command);
  const say = await wordsOf(door, asked.slack);
  await openDrawn(door, say, asked, plainGlass(say, say.glass.reading), async () => {
    if (access.by === 'text' && access.text === '') return glassModal(say, null);
    const found = await door.desk.breakGlass(access);
    return found.ok ? glassModal(say, found.entitlement) : plainGlass(say, refusalText(say, found.refusal, null));
  });
}
