import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../sandbox/slack/model.ts';
import type { BotProcess } from '../doubles/e2e-bot.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import { ready } from './field.ts';
import type { Field } from './field.ts';
import type { Plan } from './plan.ts';

const LEASE_SECONDS = 3600;
/** Longest that a whole lease may take, whatever happens in it. */
const PATIENCE_MS = 90_000;
const POLL_MS = 50;

/** What people do while something is not so yet. */
type Push = (isSo: () => Promise<boolean>) => Promise<unknown>;

export type Supervised = {
  /** When each bot died by itself, monotonic ms. */
  readonly deaths: readonly number[];
  /** The one that lives now. */
  readonly bot: () => BotProcess;
  stop(): Promise<void>;
};

/** Keeps one bot running, as systemd would: whenever it dies an honest one is started at once. */
export async function supervise(field: Field, plan: Plan): Promise<Supervised> {
  const deaths: number[] = [];
  let isOver = false;
  let bot = await field.launch(plan);
  const watch = async (): Promise<void> => {
    for (;;) {
      await bot.exited;
      if (isOver) return;
      deaths.push(performance.now());
      bot = await field.launch();
      // It was called off while this one was on its way.
      if (isOver as boolean) await bot.stop();
    }
  };
  const watching = watch();
  return {
    deaths,
    bot: () => bot,
    stop: async () => {
      isOver = true;
      await bot.stop();
      await watching;
    },
  };
}

/** When it was seen, in monotonic ms: the lease live, its end, and nothing left to say. */
export type Milestones = { readonly live: number; readonly ended: number; readonly quiet: number };

/**
 * One lease from the command to its last message. People repeat what was not answered; hours pass when there is nothing
 * else to wait for. The bot may die at any moment meanwhile.
 */
export async function liveThrough(field: Field, access: Offer, bot: () => BotProcess): Promise<Milestones> {
  const { workspace, record } = field;
  const deadline = performance.now() + PATIENCE_MS;

  async function until(what: string, isSo: () => Promise<boolean>, push: Push): Promise<number> {
    for (;;) {
      if (await isSo()) return performance.now();
      if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
      await push(isSo);
      await sleep(POLL_MS);
    }
  }
  /** For people who look whether anything still happens before they click again. */
  const whenCalm =
    (act: () => Promise<unknown>): Push =>
    async (isSo) => {
      const url = bot().started()?.url;
      const isReady =
        url !== undefined &&
        (await fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ));
      if (!isReady) return;
      const { inbox, outbox, nextLook } = await record.waiting();
      if (inbox + outbox === 0 && (nextLook === null || nextLook > field.now()) && !(await isSo())) await act();
    };
  const timePasses = whenCalm(async () => {
    const { nextLook } = await record.waiting();
    if (nextLook !== null && nextLook > field.now()) await field.pass(Math.ceil((nextLook - field.now()) / 1000));
  });
  const request = async () => (await record.tables()).requests.find(({ resource }) => resource.id === access.id);
  const grant = async () => (await record.tables()).grants.find(({ resource }) => resource.id === access.id);

  await ready(bot(), field.until);
  await until(
    'a card stands',
    async () => (await cardOf(field, (await request())?.id)) !== undefined,
    whenCalm(() => workspace.as('ann').command(`/request-access ${access.path} ${LEASE_SECONDS}s why`)),
  );
  await until(
    'the request is approved',
    async () => (await request())?.state === 'approved',
    whenCalm(async () => {
      const card = await cardOf(field, (await request())?.id);
      if (card !== undefined) await workspace.as('chen').click(card, 'Approve');
    }),
  );
  const live = await until(
    'the lease is live',
    async () => (await grant())?.state === 'live' && (await field.holds('ann', access)),
    () => Promise.resolve(),
  );
  await field.pass(LEASE_SECONDS + 1);
  const ended = await until(
    'the lease has ended',
    async () => (await grant())?.state === 'ended' && !(await field.holds('ann', access)),
    timePasses,
  );
  const isSaid = async (): Promise<boolean> => {
    const { inbox, outbox, nextLook } = await record.waiting();
    return inbox + outbox === 0 && nextLook === null;
  };
  const quiet = await until('everybody was told', isSaid, timePasses);
  return { live, ended, quiet };
}

/** The recorded card of a request, as it stands in its channel. */
async function cardOf({ record, workspace }: Field, requestId: string | undefined): Promise<Message | undefined> {
  const posted = (await record.tables()).posted as readonly {
    readonly request_id: string;
    readonly role: string;
    readonly channel: string;
    readonly ts: string;
  }[];
  const card = posted.find((one) => one.request_id === requestId && one.role === 'card');
  return card && workspace.channel(card.channel).messages.find(({ ts }) => ts === card.ts);
}
