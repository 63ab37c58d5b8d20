import { schedule } from 'node-cron';
import type { EpochMs } from '../domain/ids.ts';
import type { Log } from '../usecases/ports.ts';
import type { LeaseClock } from './clock.ts';
import { cronExpression } from './cron-expression.ts';

/** Longest sleep of the timer: `setTimeout` fires at once beyond 24.8 days, and a jump of the clock must be noticed. */
const MAX_SLEEP_MS = 30_000;
/** Between two runs for something due, so that work which stays due for a moment does not spin. */
const MIN_GAP_MS = 100;
/** Wait after the next due time could not be read. */
const RETRY_MS = 1000;
/** A forward step of the clock from which somebody has to be told. */
const ALARM_SECONDS = 300;

/** Work at regular times: at least every `everySeconds`. A run that still lasts is not joined by a second one. */
export type Job = { readonly name: string; readonly everySeconds: number; readonly run: () => void | Promise<void> };

export type Timers = { readonly setTimeout: typeof setTimeout; readonly clearTimeout: typeof clearTimeout };

export type Heartbeat = {
  /** The next due time may have changed: read it again. */
  rearm(): void;
  /** Starts nothing more; jobs that run are not awaited. */
  stop(): Promise<void>;
};

/**
 * Two pulses side by side. node-cron runs the jobs; it goes by the wall clock and sleeps when that is set back, so its
 * tasks are made anew after a jump. The monotonic timer calls `onDue` when the next due time has come and sees the jumps.
 *
 * @param nextDue UTC epoch ms of the earliest thing to do, null when there is none
 * @param onClockJump told of forward steps beyond five minutes
 */
export function startHeartbeat({
  jobs,
  nextDue,
  onDue,
  clock,
  onClockJump,
  log,
  timers = globalThis,
}: {
  readonly jobs: readonly Job[];
  readonly nextDue: () => Promise<EpochMs | null>;
  readonly onDue: () => void;
  readonly clock: LeaseClock;
  readonly onClockJump: (seconds: number) => void;
  readonly log: Log;
  readonly timers?: Timers;
}): Heartbeat {
  let tasks = scheduleJobs(jobs, log);
  let timer: NodeJS.Timeout | undefined;
  let lastRunAt = Number.NEGATIVE_INFINITY;
  let arming = 0;
  let isStopped = false;

  const checkClock = () => {
    const jump = clock.check();
    if (jump === null) return;
    log.warn('clock.jumped', jump);
    void destroy(tasks);
    tasks = scheduleJobs(jobs, log);
    if (jump.jumpedSeconds > ALARM_SECONDS) onClockJump(jump.jumpedSeconds);
  };

  const beat = (due: EpochMs | null) => {
    checkClock();
    if (due !== null && due <= clock.now()) {
      lastRunAt = clock.now();
      onDue();
    }
    void arm();
  };

  const readDue = async () => {
    try {
      return await nextDue();
    } catch (error) {
      log.warn('heartbeat.next_due_unknown', { error });
      return clock.now() + RETRY_MS; // then `onDue` is called in vain rather than too late
    }
  };

  const arm = async () => {
    const turn = ++arming;
    const due = await readDue();
    if (turn !== arming) return; // armed again meanwhile, or stopped
    timers.clearTimeout(timer);
    const wakeAt = Math.max(due ?? Number.POSITIVE_INFINITY, lastRunAt + MIN_GAP_MS);
    const sleepMs = Math.min(MAX_SLEEP_MS, Math.max(0, wakeAt - clock.now()));
    timer = timers.setTimeout(() => beat(due), sleepMs);
  };

  void arm();
  return {
    rearm: () => {
      if (isStopped) return; // work that was under way when it stopped ends with this
      checkClock(); // work that arms it every second keeps the timer from ever ringing
      void arm();
    },
    async stop() {
      isStopped = true;
      arming += 1;
      timers.clearTimeout(timer);
      await destroy(tasks);
    },
  };
}

type Tasks = readonly ReturnType<typeof schedule>[];

const destroy = (tasks: Tasks) => Promise.all(tasks.map(async (task) => task.destroy()));

function scheduleJobs(jobs: readonly Job[], log: Log): Tasks {
  return jobs.map(({ name, everySeconds, run }) =>
    schedule(
      cronExpression(everySeconds),
      async () => {
        try {
          await run();
        } catch (error) {
          log.error('job.failed', { job: name, error });
        }
      },
      {
        name,
        noOverlap: true,
        timezone: 'UTC', // no day of summer time skips or repeats a run
        missedExecutionTolerance: Number.POSITIVE_INFINITY, // late rather than not at all
        logger: cronLogger(name, log),
      },
    ),
  );
}

/** node-cron's own words are no news: a run that is late or left out is made up for by the next one. */
function cronLogger(job: string, log: Log) {
  const tell = (message: string | Error) => log.debug('cron', { job, message: String(message) });
  return { debug: tell, info: tell, warn: tell, error: tell };
}
