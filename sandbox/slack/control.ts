import { runCommand } from './acting/command.ts';
import { findControl } from './acting/controls.ts';
import { changePerson, emit, openHome, runShortcut, say, shareChannel } from './acting/events.ts';
import { choose, click } from './acting/interaction.ts';
import { blocksOf, channelById, personById, type Stage, type Surface } from './acting/stage.ts';
import { close, submit } from './acting/submission.ts';
import { suggest } from './acting/suggestions.ts';
import { appDm, canSee } from './conversations.ts';
import { repliesTo } from './messages.ts';
import type { Channel, Person, View } from './model.ts';
import { personOf } from './options.ts';
import { readBlocks, readerOf } from './reading.ts';
import type { SocketMode } from './socket.ts';
import { openViews } from './views.ts';
import type { World } from './world.ts';
import type { Actor, ChannelView, Target, Workspace } from './workspace.ts';

export function createWorkspace(stage: Stage, socket: SocketMode): Workspace {
  const { world } = stage;
  return {
    as: (idOrName) => actorOf(stage, personById(world, idOrName).id),
    channel: (idOrName) => channelView(channelById(world, idOrName)),
    dm: (userId) => channelView(appDm(world, personById(world, userId).id)),
    until: (look, timeoutMs) => world.bus.until(look, timeoutMs),
    get app() {
      return world.app;
    },
    changeApp(change) {
      world.app = { ...world.app, ...change };
    },
    people: world.people,
    addPerson(seed) {
      const person = personOf(seed, world.team.id);
      world.people.set(person.id, person);
      world.bus.changed();
      return person;
    },
    async changePerson(id, change) {
      await changePerson(stage, { ...personById(world, id), ...change });
    },
    invite: (channel, userId) => change(() => channelById(world, channel).members.add(userId)),
    kick: (channel, userId) => change(() => channelById(world, channel).members.delete(userId)),
    archive: (channel) => change(() => (channelById(world, channel).isArchived = true)),
    async share(channel, connectedTeamId) {
      await shareChannel(stage, channelById(world, channel), connectedTeamId);
    },
    async emit(event) {
      await emit(stage, event);
    },
    files: world.files,
    calls: world.calls,
    callsOf: (method) => world.calls.filter((call) => call.method === method),
    acks: world.acks,
    violations: world.violations,
    faults: world.faults,
    socket,
    expireTriggers() {
      for (const [id, trigger] of world.triggers) world.triggers.set(id, { ...trigger, bornMs: 0 });
    },
  };

  function change(how: () => unknown): void {
    how();
    world.bus.changed();
  }
}

function channelView(channel: Channel): ChannelView {
  return {
    id: channel.id,
    channel,
    get messages() {
      return channel.messages.filter((message) => message.threadTs === undefined || message.threadTs === message.ts);
    },
    thread: (ts) => repliesTo(channel, ts),
  };
}

function surfaceOf(target: Target): Surface {
  if ('rootViewId' in target) return { kind: 'view', view: target };
  return 'toUserId' in target ? { kind: 'ephemeral', ephemeral: target } : { kind: 'message', message: target };
}

/** Throws when this person has no such thing on the screen. */
function seen(world: World, person: Person, target: Target): Surface {
  const surface = surfaceOf(target);
  if (surface.kind === 'message' && canSee(channelById(world, surface.message.channelId), person, world.team.id))
    return surface;
  if (surface.kind === 'ephemeral' && surface.ephemeral.toUserId === person.id) return surface;
  if (surface.kind === 'view' && surface.view.userId === person.id) return surface;
  throw new Error(`${person.name} does not see this ${surface.kind}`);
}

function actorOf(stage: Stage, userId: string): Actor {
  const { world } = stage;
  const me = (): Person => personById(world, userId);
  const stack = (): readonly View[] => openViews(world, userId);
  const channelOrDm = (id: string | undefined): Channel =>
    id === undefined ? appDm(world, userId) : channelById(world, id);
  const see = (target: Target): Surface => seen(world, me(), target);

  const actor: Actor = {
    id: userId,
    command(line, channel, where) {
      const [, name = '', text = ''] = /^(\/\S*)\s*([\s\S]*)$/.exec(line) ?? [];
      return runCommand(stage, me(), channelOrDm(channel), name, text, where?.inThread);
    },
    click: (target, name, entry) => click(stage, me(), see(target), name, entry),
    choose: (target, name, choice) => choose(stage, me(), see(target), name, choice),
    suggest(target, name, query) {
      const surface = see(target);
      return suggest(stage, me(), surface, findControl(blocksOf(surface), name), query);
    },
    openModals: stack,
    modal: (fits = () => true, timeoutMs) =>
      world.bus.until(() => {
        const top = stack().at(-1);
        return top !== undefined && fits(top) && top;
      }, timeoutMs),
    async fill(view, values) {
      for (const [name, choice] of Object.entries(values)) await choose(stage, me(), see(view), name, choice);
    },
    async submit(view, values = {}) {
      await actor.fill(view, values);
      return submit(stage, me(), view);
    },
    close: (all) => close(stage, me(), all),
    say: (channel, text, threadTs) => say(stage, me(), channelById(world, channel), text, threadTs),
    shortcut: (callbackId, on) => runShortcut(stage, me(), callbackId, on),
    async openHome(tab = 'home') {
      await openHome(stage, me(), tab);
    },
    home: () => world.homes.get(userId),
    ephemerals: (channel) =>
      world.ephemerals.filter(
        (one) => one.toUserId === userId && (channel === undefined || one.channelId === channelById(world, channel).id),
      ),
    get dm() {
      return channelView(appDm(world, userId));
    },
    read: (target) => readBlocks(target, readerOf(world, me())),
  };
  return actor;
}
