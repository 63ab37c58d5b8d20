import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLeaseClock } from '../../../src/scheduler/clock.ts';
import { startHeartbeat } from '../../../src/scheduler/heartbeat.ts';
import type { Heartbeat, Job } from '../../../src/scheduler/heartbeat.ts';
import { recordedLog } from '../../doubles/log.ts';

const start = Date.UTC(2026, 10, 23, 9, 0, 0, 500);
const minute = 60_000;
let heartbeat: Heartbeat | undefined;

beforeEach(() => {
  jest.useFakeTimers({ now: start });
});
afterEach(async () => {
  await heartbeat?.stop();
  jest.useRealTimers();
});

/** A running heartbeat whose due times are a list; `onDue` takes off what has come. Wall and monotonic time are jest's. */
function beating({
  due = [],
  sticky = false,
  jobs = [],
}: { due?: readonly number[]; sticky?: boolean; jobs?: readonly Job[] } = {}) {
  let rest = due;
  const clock = createLeaseClock({ wall: () => Date.now(), monotonic: () => performance.now(), highest: null });
  const seen = { dueAt: [] as number[], jumps: [] as number[], reads: 0, down: false };
  const log = recordedLog();
  heartbeat = startHeartbeat({
    jobs,
    clock,
    log,
    onClockJump: (seconds) => seen.jumps.push(seconds),
    onDue: () => {
      seen.dueAt.push(performance.now());
      if (!sticky) rest = rest.filter((at) => at > clock.now());
    },
    nextDue: () => {
      seen.reads += 1;
      return seen.down
        ? Promise.reject(new Error('locked'))
        : Promise.resolve(rest.length === 0 ? null : Math.min(...rest));
    },
  });
  const add = (at: number) => {
    rest = [...rest, at];
    heartbeat?.rearm();
  };
  return { seen, log, add, began: performance.now() };
}

describe('the monotonic timer', () => {
  it('I1: calls onDue when the next due time has come, each in turn', async () => {
    const { seen, began } = beating({ due: [start + 2000, start + 45_000, start + 45_300] });
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt.map((at) => at - began)).toEqual([2000, 45_000, 45_300]);
  });

  it('takes up an earlier due time when it is armed again', async () => {
    const { seen, add, began } = beating({ due: [start + 20_000] });
    await jest.advanceTimersByTimeAsync(1000);
    add(start + 5000);
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt.map((at) => at - began)).toEqual([5000, 20_000]);
  });

  it('sleeps at most 30 s, also when the next due time is months away', async () => {
    const { seen } = beating({ due: [start + 200 * 86_400_000] });
    await jest.advanceTimersByTimeAsync(5 * minute);
    expect(seen.dueAt).toEqual([]);
    expect(seen.reads).toBe(11);
  });

  it('does not spin while something stays due, however often it is armed', async () => {
    const { seen } = beating({ due: [start - 1000], sticky: true });
    for (let ms = 0; ms < 1000; ms += 1) {
      heartbeat?.rearm();
      await jest.advanceTimersByTimeAsync(1);
    }
    expect(seen.dueAt.length).toBeGreaterThan(5);
    expect(seen.dueAt.length).toBeLessThanOrEqual(11);
  });

  it('I24: calls onDue within a second or two when the next due time cannot be read, and goes on', async () => {
    const { seen, log } = beating();
    seen.down = true;
    heartbeat?.rearm();
    await jest.advanceTimersByTimeAsync(2500);
    expect(seen.dueAt).toHaveLength(2);
    expect(log.lines[0]).toMatchObject({ level: 'warn', event: 'heartbeat.next_due_unknown' });
    seen.down = false;
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt).toHaveLength(3);
  });

  it('I4: with the clock set back an hour it still fires after the same time', async () => {
    const { seen, began } = beating({ due: [start + 10_000] });
    await jest.advanceTimersByTimeAsync(1000);
    jest.setSystemTime(Date.now() - 60 * minute);
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt.map((at) => at - began)).toEqual([10_000]);
  });

  it('is not armed again by work that was under way when it stopped', async () => {
    const { seen, add } = beating();
    await jest.advanceTimersByTimeAsync(1000);
    await heartbeat?.stop();
    add(start + 2000);
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fires nothing after stop', async () => {
    let runs = 0;
    const { seen } = beating({
      due: [start + 2000],
      jobs: [
        {
          name: 'sweep',
          everySeconds: 1,
          run: () => {
            runs += 1;
          },
        },
      ],
    });
    await jest.advanceTimersByTimeAsync(0);
    await heartbeat?.stop();
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.dueAt).toEqual([]);
    expect(runs).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the jobs', () => {
  const counted = (everySeconds: number) => {
    const job = { name: 'sweep', everySeconds, runs: 0, run: () => void (job.runs += 1) };
    return job;
  };

  it('run at their period', async () => {
    const sweep = counted(900);
    beating({ jobs: [sweep] });
    await jest.advanceTimersByTimeAsync(60 * minute);
    expect(sweep.runs).toBe(4);
  });

  it('run no second time while they still run, and again afterwards', async () => {
    const gates: PromiseWithResolvers<undefined>[] = [];
    const job = {
      name: 'slow',
      everySeconds: 1,
      run: () => {
        gates.push(Promise.withResolvers());
        return gates.at(-1)?.promise;
      },
    };
    beating({ jobs: [job] });
    await jest.advanceTimersByTimeAsync(5000);
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(undefined);
    await jest.advanceTimersByTimeAsync(1000);
    expect(gates).toHaveLength(2);
  });

  it('that fail are logged and run again', async () => {
    let runs = 0;
    const { log } = beating({
      jobs: [{ name: 'sweep', everySeconds: 1, run: () => Promise.reject(new Error(`${++runs}`)) }],
    });
    await jest.advanceTimersByTimeAsync(3000);
    expect(runs).toBe(3);
    expect(log.lines.filter(({ event }) => event === 'job.failed')).toHaveLength(3);
  });

  it('I4: go on within 30 s after the clock was set back, although node-cron alone would sleep for a day', async () => {
    const sweep = counted(60);
    const { seen, log } = beating({ jobs: [sweep] });
    await jest.advanceTimersByTimeAsync(2 * minute);
    jest.setSystemTime(Date.now() - 24 * 60 * minute);
    sweep.runs = 0;
    await jest.advanceTimersByTimeAsync(5 * minute + 30_000);
    expect(sweep.runs).toBeGreaterThanOrEqual(5);
    expect(log.lines).toContainEqual({ level: 'warn', event: 'clock.jumped', fields: { jumpedSeconds: -86_400 } });
    expect(seen.jumps).toEqual([]);
  });

  it('a forward step beyond five minutes is told once, a smaller one is not', async () => {
    const { seen } = beating();
    await jest.advanceTimersByTimeAsync(1000);
    jest.setSystemTime(Date.now() + 5 * minute);
    await jest.advanceTimersByTimeAsync(minute);
    expect(seen.jumps).toEqual([]);
    jest.setSystemTime(Date.now() + 5 * minute + 1);
    await jest.advanceTimersByTimeAsync(2 * minute);
    expect(seen.jumps).toEqual([expect.closeTo(300.001, 3)]);
  });

  it('is told also when the timer is armed anew every second and never rings', async () => {
    const { seen } = beating();
    await jest.advanceTimersByTimeAsync(1000);
    jest.setSystemTime(Date.now() + 60 * minute);
    for (let second = 0; second < 60; second++) {
      heartbeat?.rearm();
      await jest.advanceTimersByTimeAsync(1000);
    }
    expect(seen.jumps).toEqual([expect.closeTo(3600, 3)]);
  });
});

it('a job runs on the real node-cron in real time', async () => {
  jest.useRealTimers();
  const ran = Promise.withResolvers<undefined>();
  beating({ jobs: [{ name: 'beat', everySeconds: 1, run: () => ran.resolve(undefined) }] });
  await ran.promise;
});
