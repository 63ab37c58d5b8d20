import { objectIn, objectsIn, textIn, type JsonObject } from './json.ts';
import { withBlockIds } from './messages.ts';
import type { View } from './model.ts';
import { stateOf } from './state-values.ts';
import type { World } from './world.ts';

/** Starts a stack of its own when `onTopOf` is absent; one person has one stack, so an open one is replaced. */
export function openView(world: World, userId: string, source: JsonObject, onTopOf?: View): View {
  const id = world.ids.id('V');
  const view: View = {
    id,
    type: 'modal',
    userId,
    rootViewId: onTopOf?.rootViewId ?? id,
    previousViewId: onTopOf?.id ?? null,
    source,
    blocks: withBlockIds(world, objectsIn(source, 'blocks')),
    hash: newHash(world),
    typed: new Map(),
    errors: {},
  };
  world.views.set(id, view);
  const below = onTopOf === undefined ? [] : (world.stacks.get(userId) ?? []);
  if (onTopOf === undefined) closeAll(world, userId);
  world.stacks.set(userId, [...below, id]);
  world.bus.changed();
  return view;
}

/** Keeps what was typed where block_id and action_id stayed the same, whatever the new initial value says. */
export function rewriteView(world: World, view: View, source: JsonObject): void {
  view.source = source;
  view.blocks = withBlockIds(world, objectsIn(source, 'blocks'));
  view.hash = newHash(world);
  view.errors = {};
  const kept = new Set(view.blocks.map((block) => textIn(block, 'block_id')));
  for (const blockId of view.typed.keys()) if (!kept.has(blockId)) view.typed.delete(blockId);
  world.bus.changed();
}

export function publishHome(world: World, userId: string, source: JsonObject): View {
  const existing = world.homes.get(userId);
  if (existing !== undefined) {
    rewriteView(world, existing, source);
    return existing;
  }
  const id = world.ids.id('V');
  const home: View = {
    id,
    type: 'home',
    userId,
    rootViewId: id,
    previousViewId: null,
    source,
    blocks: withBlockIds(world, objectsIn(source, 'blocks')),
    hash: newHash(world),
    typed: new Map(),
    errors: {},
  };
  world.homes.set(userId, home);
  world.views.set(id, home);
  world.bus.changed();
  return home;
}

export function closeTop(world: World, userId: string): View | undefined {
  const stack = world.stacks.get(userId) ?? [];
  const top = world.views.get(stack.at(-1) ?? '');
  world.stacks.set(userId, stack.slice(0, -1));
  if (top !== undefined) world.views.delete(top.id);
  world.bus.changed();
  return top;
}

export function closeAll(world: World, userId: string): void {
  for (const id of world.stacks.get(userId) ?? []) world.views.delete(id);
  world.stacks.set(userId, []);
  world.bus.changed();
}

export function openViews(world: World, userId: string): readonly View[] {
  return (world.stacks.get(userId) ?? []).flatMap((id) => world.views.get(id) ?? []);
}

function newHash(world: World): string {
  return `${world.ids.ts()}.${world.ids.secret().slice(0, 8)}`;
}

/** The view as Slack shows it in answers and payloads. */
export function viewJson(world: World, view: View): JsonObject {
  const { source } = view;
  return {
    id: view.id,
    team_id: world.team.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: textIn(source, 'private_metadata') ?? '',
    callback_id: textIn(source, 'callback_id') ?? '',
    state: { values: stateOf(view.blocks, view.typed) },
    hash: view.hash,
    title: objectIn(source, 'title') ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: source['clear_on_close'] === true,
    notify_on_close: source['notify_on_close'] === true,
    close: objectIn(source, 'close') ?? null,
    submit: objectIn(source, 'submit') ?? null,
    previous_view_id: view.previousViewId,
    root_view_id: view.rootViewId,
    app_id: world.app.id,
    external_id: textIn(source, 'external_id') ?? '',
    app_installed_team_id: world.team.id,
    bot_id: world.app.botId,
  };
}
