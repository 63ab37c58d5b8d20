import { runCommand } from './acting/command.ts';
import { controlById, type Control } from './acting/controls.ts';
import { changePerson, openHome, runShortcut, say } from './acting/events.ts';
import { act, remember, setValue } from './acting/interaction.ts';
import { blocksOf, channelById, personById, type Stage, type Surface } from './acting/stage.ts';
import { close, submit } from './acting/submission.ts';
import { suggest } from './acting/suggestions.ts';
import { isObject, objectIn, textIn, type JsonObject } from './json.ts';
import type { Person, StateValue, View } from './model.ts';

/** Does on behalf of a person what the page asks for, and answers what the page should show. Throws on what is impossible. */
export async function actFromPage(stage: Stage, person: Person, request: JsonObject): Promise<JsonObject> {
  switch (textIn(request, 'type') ?? '') {
    case 'send':
      return send(stage, person, request);
    case 'click': {
      const surface = surfaceIn(stage, person, request);
      return { ...(await act(stage, person, surface, controlIn(surface, request), objectIn(request, 'action') ?? {})) };
    }
    case 'set': {
      const surface = surfaceIn(stage, person, request);
      const outcome = await setValue(stage, person, surface, controlIn(surface, request), valueIn(request));
      return { ok: true, ...outcome };
    }
    case 'suggest': {
      const surface = surfaceIn(stage, person, request);
      return {
        ...(await suggest(stage, person, surface, controlIn(surface, request), textIn(request, 'query') ?? '')),
      };
    }
    case 'submit':
      return { ...(await submit(stage, person, viewIn(stage, person, request))), view: undefined };
    case 'close':
      await close(stage, person, request['all'] === true);
      return { ok: true };
    case 'home':
      void openHome(stage, person, request['tab'] === 'messages' ? 'messages' : 'home');
      return { ok: true };
    case 'change_person':
      void changePerson(stage, changedIn(stage, request));
      return { ok: true };
    case 'shortcut': {
      const channel = channelById(stage.world, textIn(request, 'channelId') ?? '');
      return {
        ...(await runShortcut(
          stage,
          person,
          textIn(request, 'callbackId') ?? '',
          channel.byTs.get(textIn(request, 'ts') ?? ''),
        )),
      };
    }
    default:
      throw new Error('unknown act');
  }
}

async function send(stage: Stage, person: Person, request: JsonObject): Promise<JsonObject> {
  const channel = channelById(stage.world, textIn(request, 'channelId') ?? '');
  const text = textIn(request, 'text') ?? '';
  const threadTs = textIn(request, 'threadTs');
  const [, name, rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (name !== undefined) return { ...(await runCommand(stage, person, channel, name, rest, threadTs !== undefined)) };
  say(stage, person, channel, text, threadTs);
  return { ok: true };
}

/** A person of this workspace with another language, or deactivated, or not any more. */
function changedIn({ world }: Stage, { personId, locale, deleted }: JsonObject): Person {
  const person = personById(world, typeof personId === 'string' ? personId : '');
  if (person.isBot || person.teamId !== world.team.id) throw new Error('only people of this workspace can be changed');
  if (typeof locale === 'string' && /^[a-z]{2}-[A-Z]{2}$/.test(locale)) return { ...person, locale };
  if (typeof deleted === 'boolean') return { ...person, deleted };
  throw new Error('a locale such as de-DE is needed, or whether the account is deactivated');
}

function surfaceIn(stage: Stage, person: Person, request: JsonObject): Surface {
  const { world } = stage;
  const target = objectIn(request, 'target') ?? {};
  const ts = textIn(target, 'ts') ?? '';
  if (target['kind'] === 'view') {
    const view = viewIn(stage, person, { viewId: target['id'], values: request['values'] });
    return { kind: 'view', view };
  }
  if (target['kind'] === 'ephemeral') {
    const ephemeral = world.ephemerals.find((one) => one.ts === ts && one.toUserId === person.id);
    if (ephemeral === undefined) throw new Error('this message is gone');
    return { kind: 'ephemeral', ephemeral };
  }
  const message = channelById(world, textIn(target, 'channelId') ?? '').byTs.get(ts);
  if (message === undefined) throw new Error('this message is gone');
  return { kind: 'message', message };
}

/** The view, with everything typed so far put into it. */
function viewIn(stage: Stage, person: Person, request: JsonObject): View {
  const view = stage.world.views.get(textIn(request, 'viewId') ?? '');
  if (view?.userId !== person.id) throw new Error('this view is gone');
  const values = objectIn(request, 'values') ?? {};
  for (const [blockId, inBlock] of Object.entries(values)) {
    for (const [actionId, value] of Object.entries(isObject(inBlock) ? inBlock : {})) {
      const control = controlById(view.blocks, blockId, actionId);
      if (control !== undefined && isStateValue(value)) remember(stage, person, { kind: 'view', view }, control, value);
    }
  }
  return view;
}

function controlIn(surface: Surface, request: JsonObject): Control {
  const control = controlById(blocksOf(surface), textIn(request, 'blockId') ?? '', textIn(request, 'actionId') ?? '');
  if (control === undefined) throw new Error('this control is gone');
  return control;
}

function valueIn(request: JsonObject): StateValue {
  const value = request['value'];
  if (!isStateValue(value)) throw new Error('a value with its type is needed');
  return value;
}

function isStateValue(value: unknown): value is StateValue {
  return isObject(value) && typeof value['type'] === 'string';
}
