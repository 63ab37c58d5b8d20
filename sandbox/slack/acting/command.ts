import { canSee } from '../conversations.ts';
import { addEphemeral } from '../messages.ts';
import type { Channel, Person } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { respond } from '../response-url.ts';
import { escapeText } from '../text.ts';
import { issueResponseUrl, issueTrigger } from '../tickets.ts';
import { violate, type World } from '../world.ts';
import { channelNameFor, outcomeOf, type Outcome, type Stage } from './stage.ts';

export type CommandOutcome = Outcome & { readonly ackText?: string };

/** Types a slash command in the composer of a channel. `name` comes with its slash, `text` as it was typed. */
export async function runCommand(
  stage: Stage,
  person: Person,
  channel: Channel,
  name: string,
  text: string,
  inThread = false,
): Promise<CommandOutcome> {
  const { world } = stage;
  if (!canSee(channel, person, world.team.id)) throw new Error(`${person.name} cannot see #${channel.name}`);
  const command = world.app.commands.find((candidate) => candidate.command === name);
  if (command === undefined)
    return refused(
      `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.`,
      'unknown_command',
    );
  if (inThread) return refused(`${name} is not supported in threads. Sorry!`, 'not_in_threads');
  const response_url = issueResponseUrl(world, { userId: person.id, channelId: channel.id });
  const ack = await stage.delivery.send('slash_commands', {
    token: 'sandbox-verification-token',
    team_id: person.teamId,
    team_domain: world.team.domain,
    channel_id: channel.id,
    channel_name: channelNameFor(channel),
    user_id: person.id,
    user_name: person.name,
    command: name,
    text: command.shouldEscape === true ? escapedCommandText(world, text) : text.trim(),
    api_app_id: world.app.id,
    is_enterprise_install: 'false',
    response_url,
    trigger_id: issueTrigger(world, person.id),
  });
  const outcome = outcomeOf(ack);
  if (!outcome.ok) {
    const reason = outcome.error === 'http_error' ? 'dispatch_failed' : 'operation_timeout';
    return { ...outcome, ...refused(`${name} failed with the error "${reason}"`, outcome.error ?? reason) };
  }
  if (Object.keys(ack.body).length === 0) return outcome;
  say(world, person, channel, ack.body);
  return typeof ack.body['text'] === 'string' ? { ...outcome, ackText: ack.body['text'] } : outcome;

  function refused(words: string, error: string): CommandOutcome {
    addEphemeral(world, {
      channelId: channel.id,
      toUserId: person.id,
      text: escapeText(words),
      blocks: [],
      from: 'slackbot',
    });
    return { ok: false, error, ack: {}, latencyMs: 0 };
  }
}

function say(world: World, person: Person, channel: Channel, ack: Readonly<Record<string, unknown>>): void {
  try {
    respond(world, { userId: person.id, channelId: channel.id, bornMs: 0, uses: 0 }, ack);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    violate(world, 'invalid_command_ack', error.code);
  }
}

/** With should_escape Slack itself makes ids of names, so that what looks like a mention in the payload is one. */
function escapedCommandText(world: World, typed: string): string {
  return linked(world, escapeText(typed.trim()), true);
}

/** What the composer makes of a typed message. */
export function composedText(world: World, typed: string): string {
  return linked(world, escapeText(typed), false);
}

function linked(world: World, escaped: string, withLabels: boolean): string {
  return escaped
    .replace(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`)
    .replace(/(^|\s)@([a-z0-9._-]*[a-z0-9])/g, (whole, space: string, name: string) => {
      const person = [...world.people.values()].find((candidate) => candidate.name === name && !candidate.deleted);
      if (person === undefined) return broadcast(whole, space, name, withLabels);
      return `${space}<@${person.id}${withLabels ? `|${name}` : ''}>`;
    })
    .replace(/(^|\s)#([a-z0-9_-]+)/g, (whole, space: string, name: string) => {
      const channel = [...world.channels.values()].find(
        (candidate) => candidate.name === name && candidate.kind !== 'im',
      );
      return channel === undefined ? whole : `${space}<#${channel.id}|${name}>`;
    });
}

function broadcast(whole: string, space: string, name: string, isCommand: boolean): string {
  return !isCommand && ['here', 'channel', 'everyone'].includes(name) ? `${space}<!${name}>` : whole;
}
