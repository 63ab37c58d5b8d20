import { describe, expect, it } from '@jest/globals';
import { CodedError, hasCode } from '../../../src/lib/errors.ts';
import type { Priority } from '../../../src/lib/limiter.ts';
import { createPace } from '../../../src/slack/pace.ts';
import type { PacedMethod } from '../../../src/slack/pace.ts';
import { handClock } from '../../doubles/fake-clock.ts';

function aPace() {
  const clock = handClock();
  const pace = createPace(clock);
  /** Ms to wait; 0 when the call was made. */
  const ask = async (
    place: string,
    { method = 'chat.postMessage', priority = 'interactive' }: { method?: PacedMethod; priority?: Priority } = {},
  ): Promise<number> => {
    try {
      await pace.run({ method, place, priority }, () => Promise.resolve());
      return 0;
    } catch (error) {
      if (!hasCode(error, 'slack_rate_limited') || error.retryAfterMs === null) throw error;
      return error.retryAfterMs;
    }
  };
  const burst = async (place: string, how: Parameters<typeof ask>[1] = {}): Promise<number> => {
    for (let made = 0; ; made++) if ((await ask(place, how)) > 0) return made;
  };
  const refuse = (place: string, retryAfterMs: number, method: PacedMethod = 'chat.postMessage'): Promise<unknown> => {
    const refusal = new CodedError('slack_rate_limited', 'by Slack', { retryAfterMs });
    return pace
      .run({ method, place, priority: 'interactive' }, () => Promise.reject(refusal))
      .catch((error: unknown) => error);
  };
  return { clock, ask, burst, refuse };
}

describe('the pace of messages', () => {
  it('a small burst goes at once, then about one a second, and never more than sixty in a minute', async () => {
    const { clock, ask, burst } = aPace();
    let made = await burst('C1');
    expect(made).toBe(10);
    for (let tenth = 0; tenth < 600; tenth++) {
      if ((await ask('C1')) === 0) made += 1;
      clock.advance(0.1);
    }
    expect(made).toBeGreaterThanOrEqual(55);
    expect(made).toBeLessThanOrEqual(60);
  });

  it('one channel’s messages do not count for another one', async () => {
    const { burst } = aPace();
    expect(await burst('C1')).toBe(10);
    expect(await burst('C2')).toBe(10);
  });

  it('news leaves half of the burst to what somebody waits for', async () => {
    const { ask, burst } = aPace();
    expect(await burst('C1', { priority: 'background' })).toBe(5);
    expect(await ask('C1')).toBe(0);
  });

  it('who comes at the told moment gets a turn; those who wait are told one moment each', async () => {
    const { clock, ask, burst } = aPace();
    await burst('C1');
    clock.advance(1.2);
    expect(await ask('C1')).toBe(0);
    const waits = [await ask('C1'), await ask('C1'), await ask('C1')];
    expect(waits).toEqual([1200, 2400, 3600]);
    clock.advance(1.2);
    expect(await ask('C1')).toBe(0);
    clock.advance(1.2);
    expect(await ask('C1')).toBe(0);
  });

  it('however many wait, nobody is sent away for longer than half a minute', async () => {
    const { ask, burst } = aPace();
    await burst('C1');
    const waits = [];
    for (let count = 0; count < 200; count++) waits.push(await ask('C1'));
    expect(Math.max(...waits)).toBe(30_000);
  });

  it('a wall clock that jumps does not close the door', async () => {
    const { clock, ask, burst } = aPace();
    await burst('C1');
    clock.turnWall(-86_400);
    clock.advance(1.2);
    expect(await ask('C1')).toBe(0);
  });
});

describe('what Slack refuses', () => {
  it('holds back that channel for as long as Slack says, without asking again, and no other channel', async () => {
    const { clock, ask, refuse } = aPace();
    await refuse('C1', 60_000);
    clock.advance(59.9);
    expect(await ask('C1')).toBe(100);
    expect(await ask('C2')).toBe(0);
    clock.advance(0.1);
    expect(await ask('C1')).toBe(0);
  });

  it('holds back neither another channel’s cards nor other calls for the same channel', async () => {
    const { clock, ask, refuse } = aPace();
    await refuse('C1', 60_000, 'chat.update');
    expect(await ask('C1')).toBe(0);
    clock.advance(1.5);
    expect(await ask('C2', { method: 'chat.update' })).toBe(0);
    expect(await ask('C1', { method: 'chat.update' })).toBe(58_500);
  });

  it('any other failure holds nothing back', async () => {
    const clock = handClock();
    const pace = createPace(clock);
    const call = { method: 'chat.postMessage', place: 'C1', priority: 'interactive' } as const;
    const broken = new CodedError('slack_unavailable', 'no answer');
    await expect(pace.run(call, () => Promise.reject(broken))).rejects.toBe(broken);
    await expect(pace.run(call, () => Promise.resolve('said'))).resolves.toBe('said');
  });
});

describe('the pace of cards', () => {
  it('is one for the whole workspace: a drain of old cards makes at most fifty changes a minute', async () => {
    const { clock, ask } = aPace();
    let made = 0;
    for (let tenth = 0; tenth < 600; tenth++) {
      if ((await ask(`C${tenth % 7}`, { method: 'chat.update', priority: 'background' })) === 0) made += 1;
      clock.advance(0.1);
    }
    expect(made).toBeGreaterThanOrEqual(45);
    expect(made).toBeLessThanOrEqual(50);
  });

  it('a drain of old cards leaves room for the card that was just decided', async () => {
    const { ask, burst } = aPace();
    expect(await burst('C1', { method: 'chat.update', priority: 'background' })).toBe(10);
    expect(await ask('C1', { method: 'chat.update' })).toBe(0);
  });
});
