import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import type { InboxItem } from '../../src/usecases/intent.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import type { Batch } from '../../src/usecases/store-port.ts';

/** A port call of a lease's life, such as `activation: access.give 1`: what it serves, its name, and which one of that name. */
export type Point = string;
export type Moment = 'before' | 'after';

/** What a bot does to itself at one of its own port calls. */
export type Ambush = { readonly point: Point; readonly moment: Moment; readonly signal: 'SIGKILL' | 'SIGSTOP' };

const OUTSIDE = ['store', 'access', 'directory', 'catalogue', 'slackPeople', 'conversation'] as const;

/** The call with which each of the bot's loops begins a run. */
const FIRST = new Map([
  ['store.claimInbox', 'inbox'],
  ['store.claimMessages', 'outbox'],
  ['store.claim', 'converge'],
  ['store.openHoldings', 'sweep'],
  ['store.claimCarried', 'sessions'],
]);
/** Asked again and again: a call that found nothing is no point, and before one that finds something lies what made it. */
const POLLS = new Set(['store.claimInbox', 'store.claimMessages', 'store.claim', 'store.claimCarried']);
const CHANGES =
  /^(store\.(receive|claim|commit|release|wakeFailed|forgetSignIns|forgetGates|carry)|access\.(give|take|endSessions|endSession)|conversation\.(?!resolve).*)$/;

/**
 * Names every port call of one request's life as it comes, writes it down, and springs the ambush. The moment after a call
 * that only reads is the moment before the next one.
 * @param note told `before <point>` and `after <point>` as they happen
 */
export function watchPoints(note: (line: string) => void, ambush: Ambush | null): (ports: Ports) => Ports {
  const loop = new AsyncLocalStorage<string>();
  const counts = new Map<string, number>();
  let story: 'request' | 'decision' = 'request';
  let isLive = false;

  const serves = (): string | null => {
    const running = loop.getStore();
    if (running === 'inbox') return story;
    if (running === 'outbox') return 'outbox';
    if (running === 'converge') return isLive ? 'revocation' : 'activation';
    return null;
  };

  const follow = (name: string, args: readonly unknown[]): void => {
    const begins = FIRST.get(name);
    if (begins !== undefined) loop.enterWith(begins);
    if (name !== 'store.receive') return;
    loop.enterWith('inbox');
    story = (args[0] as InboxItem).intent.intent === 'request' ? 'request' : 'decision';
  };

  const pass = (moment: Moment, point: Point): void => {
    note(`${moment} ${point}`);
    if (ambush?.point === point && ambush.moment === moment) process.kill(process.pid, ambush.signal);
  };

  const numbered = (name: string): Point | null => {
    const served = serves();
    if (served === null) return null;
    const key = `${served}: ${name}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${key} ${count}`;
  };

  const settled = (name: string, point: Point | null, args: readonly unknown[], result: unknown): void => {
    const found = POLLS.has(name) && (result as readonly unknown[]).length > 0 ? numbered(name) : point;
    if (found !== null && (CHANGES.test(name) || POLLS.has(name))) pass('after', found);
    if (name === 'store.commit' && result === 'committed')
      isLive ||= (args[0] as Batch).grants?.some((grant) => grant.state === 'live') ?? false;
  };

  const watched = <T extends object>(port: string, target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const value = Reflect.get(object, key) as unknown;
        if (typeof value !== 'function') return value;
        const name = `${port}.${String(key)}`;
        return (...args: readonly unknown[]): unknown => {
          follow(name, args);
          const point = POLLS.has(name) ? null : numbered(name);
          if (point !== null) pass('before', point);
          const result = Reflect.apply(value, object, args) as unknown;
          if (!(result instanceof Promise)) return result;
          return result.then((answer: unknown) => {
            settled(name, point, args, answer);
            return answer;
          });
        };
      },
    });

  return (ports) => ({ ...ports, ...Object.fromEntries(OUTSIDE.map((port) => [port, watched(port, ports[port])])) });
}

/** A note that survives the bot's own death. */
export const noteIn =
  (file: string) =>
  (line: string): void =>
    appendFileSync(file, `${line}\n`);
