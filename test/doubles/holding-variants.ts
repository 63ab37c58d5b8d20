import { endReason } from '../../src/domain/grant.ts';
import type { OpenGrant } from '../../src/domain/grant.ts';
import { maySend, nextStep, resolved } from '../../src/domain/holding.ts';
import { QUARANTINE_MS } from './holding-state.ts';
import type { Keeper } from './holding-world.ts';

/** The functions as they are shipped. */
export const shipped: Keeper = {
  nextStep,
  maySend,
  resolved,
  recorded: (planned) => planned,
  quarantineMs: QUARANTINE_MS,
};

const atOnce = (grant: OpenGrant): OpenGrant => ({ ...grant, startsAt: null });

/** Each drops one rule, by wrapping the shipped functions or by lying to them. */
export const withoutRule = {
  /** The access is taken for our own without having looked for it first. */
  preRead: {
    ...shipped,
    nextStep: (holding, grants, seen, ...rest) =>
      nextStep(seen.look === null ? holding : { ...holding, owned: holding.owned ?? true }, grants, seen, ...rest),
  },
  /** Whose the access is is decided anew whenever it is seen. */
  ownedOnce: {
    ...shipped,
    nextStep: (holding, grants, seen, ...rest) =>
      nextStep(seen.look?.present === true ? { ...holding, owned: null } : holding, grants, seen, ...rest),
  },
  /** An attempt is written down only after it was sent. */
  recordBefore: {
    ...shipped,
    recorded: (planned, { puts, deletes, lastSendAt }) => ({ ...planned, puts, deletes, lastSendAt }),
  },
  fencePut: { ...shipped, maySend: (call, ...rest) => call === 'put' || maySend(call, ...rest) },
  fenceDelete: { ...shipped, maySend: (call, ...rest) => call === 'delete' || maySend(call, ...rest) },
  /** The answer to a DELETE is taken for the absence of access. */
  readBack: {
    ...shipped,
    nextStep: (holding, grants, seen, now, quarantineMs) => {
      const step = nextStep(holding, grants, seen, now, quarantineMs);
      if (step.do !== 'look' || !seen.deleteAnswered) return step;
      const look = {
        at: now,
        present: false,
        user: 'enabled',
        resource: 'there',
        refused: new Map<never, string>(),
      } as const;
      return nextStep(holding, grants, { ...seen, look }, now, quarantineMs);
    },
  },
  quarantine: { ...shipped, quarantineMs: 0 },
  /** A lease is called live although a DELETE of ours may still land. */
  waitForDelete: {
    ...shipped,
    nextStep: (holding, grants, seen, now, quarantineMs) => {
      const wanted = grants.some((grant) => endReason(grant, now) === null);
      return nextStep(wanted ? { ...holding, deletes: 0 } : holding, grants, seen, now, quarantineMs);
    },
  },
  /** A lease counts from its approval, whenever it is to begin. */
  waitForStart: {
    ...shipped,
    nextStep: (holding, grants, ...rest) => nextStep(holding, grants.map(atOnce), ...rest),
    maySend: (call, holding, grants, ...rest) => maySend(call, holding, grants.map(atOnce), ...rest),
  },
  /** Each lease is kept by itself: first one that is due, then one that waits, then one that lives. */
  perHolding: {
    ...shipped,
    nextStep: (holding, grants, seen, now, quarantineMs) => {
      const due = grants.filter((grant) => endReason(grant, now) !== null);
      const planned = grants.filter((grant) => grant.state === 'planned');
      return nextStep(holding, [...due, ...planned, ...grants].slice(0, 1), seen, now, quarantineMs);
    },
  },
} satisfies Record<string, Keeper>;

export type Rule = keyof typeof withoutRule;
