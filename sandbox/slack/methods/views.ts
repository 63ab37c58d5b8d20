import { optionalText, requiredObject, requiredText, type Args } from '../args.ts';
import { textIn, type JsonObject } from '../json.ts';
import type { View } from '../model.ts';
import { refuse, refuseWith } from '../refusal.ts';
import { useTrigger } from '../tickets.ts';
import { viewProblems } from '../validate/view.ts';
import { openView, openViews, publishHome, rewriteView, viewJson } from '../views.ts';
import type { World } from '../world.ts';
import type { Methods } from './method.ts';

/** Bytes of the largest view. */
const MOST_BYTES = 250_000;

export function checkedView(source: JsonObject, type: View['type']): JsonObject {
  if (Buffer.byteLength(JSON.stringify(source)) > MOST_BYTES) throw refuse('view_too_large');
  const problems = viewProblems(source, type);
  if (problems.length > 0) throw refuseWith('invalid_arguments', problems);
  return source;
}

function checkExternalId(world: World, source: JsonObject, self?: View): void {
  const externalId = textIn(source, 'external_id');
  if (externalId === undefined || externalId === '') return;
  for (const view of world.views.values()) {
    if (view !== self && textIn(view.source, 'external_id') === externalId) throw refuse('duplicate_external_id');
  }
}

function open(world: World, args: Args): JsonObject {
  const source = checkedView(requiredObject(args, 'view'), 'modal');
  checkExternalId(world, source);
  const trigger = useTrigger(world, requiredText(args, 'trigger_id'));
  return { view: viewJson(world, openView(world, trigger.userId, source)) };
}

function push(world: World, args: Args): JsonObject {
  const source = checkedView(requiredObject(args, 'view'), 'modal');
  checkExternalId(world, source);
  const trigger = useTrigger(world, requiredText(args, 'trigger_id'));
  const stack = openViews(world, trigger.userId);
  const top = stack.at(-1);
  if (top === undefined || trigger.viewId === undefined) throw refuse('invalid_trigger_id');
  if (stack.length >= 3) throw refuse('push_limit_reached');
  return { view: viewJson(world, openView(world, trigger.userId, source, top)) };
}

function addressed(world: World, args: Args): View {
  const viewId = optionalText(args, 'view_id');
  if (viewId !== undefined) {
    const view = world.views.get(viewId);
    if (view === undefined) throw refuse('not_found');
    return view;
  }
  const externalId = requiredText(args, 'external_id');
  const found = [...world.views.values()].find((view) => textIn(view.source, 'external_id') === externalId);
  if (found === undefined) throw refuse('not_found');
  return found;
}

function update(world: World, args: Args): JsonObject {
  const view = addressed(world, args);
  const source = checkedView(requiredObject(args, 'view'), view.type);
  checkExternalId(world, source, view);
  checkHash(args, view);
  rewriteView(world, view, source);
  return { view: viewJson(world, view) };
}

function checkHash(args: Args, view: View | undefined): void {
  const hash = optionalText(args, 'hash');
  if (hash !== undefined && view !== undefined && hash !== view.hash) throw refuse('hash_conflict');
}

function publish(world: World, args: Args): JsonObject {
  if (!world.app.homeTab) throw refuse('not_enabled');
  const userId = requiredText(args, 'user_id');
  if (!world.people.has(userId)) throw refuse('user_not_found');
  const source = checkedView(requiredObject(args, 'view'), 'home');
  checkHash(args, world.homes.get(userId));
  return { view: viewJson(world, publishHome(world, userId, source)) };
}

export const viewMethods: Methods = {
  'views.open': { token: 'bot', tier: 4, run: open },
  'views.push': { token: 'bot', tier: 4, run: push },
  'views.update': { token: 'bot', tier: 4, run: update },
  'views.publish': { token: 'bot', tier: 4, run: publish },
};
