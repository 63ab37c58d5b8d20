import type { EndedBy } from '../../../domain/grant.ts';
import type { Ready } from '../ready.ts';
import { counted, duration } from './common.ts';
import { ended } from './facts.ts';

/** `a, b and c`. */
export const all = (names: readonly Ready[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

const forWhom = (who: Ready | null): string => (who === null ? '' : ` for ${who}`);

/** Several accesses asked for together. `parts`: the names of all of them; `count`: how many there are. */
export const bundle = {
  /** Who asked for how many; `seconds`: where it is the same for all. */
  asked(of: {
    readonly by: Ready;
    readonly onBehalfOf: Ready | null;
    readonly count: number;
    readonly seconds: number | null;
    readonly isPending: boolean;
  }): string {
    const verb = of.isPending ? 'asks' : 'asked';
    const who = of.onBehalfOf === null ? `${of.by} ${verb}` : `${of.by} ${verb}, on behalf of ${of.onBehalfOf},`;
    const length = of.seconds === null ? '' : ` for ${duration(of.seconds)}, from approval`;
    return `${who} for ${of.count} accesses together${length}.`;
  },
  waitsForRest: 'Approved; it waits for the rest of the bundle.',
  waiting(of: {
    readonly group: Ready;
    readonly approved: number;
    readonly required: number;
    readonly stage: number | null;
    readonly stages: number;
  }): string {
    const approvals = `${of.approved} of ${counted(of.required, 'approval', 'approvals')}`;
    return `Waiting for ${of.group}: ${approvals}${of.stage === null ? '' : ` · stage ${of.stage} of ${of.stages}`}.`;
  },
  elsewhere: 'It is decided in another message.',
  live: (until: Ready) => `Live until ${until}.`,
  notLiveYet: 'Approved, not live in Keycloak yet.',
  ended: (at: Ready, endedBy: EndedBy) => `Ended ${at}: ${ended[endedBy]}.`,
  over: { denied: 'Denied.', expired: 'Expired.', withdrawn: 'Withdrawn.' },

  alsoAsked: (others: readonly { readonly what: Ready; readonly word: string }[]) =>
    `Also asked for: ${others.map(({ what, word }) => `${what} (${word})`).join(', ')}.`,
  waitingFor: (group: Ready) => `waiting for ${group}`,
  approvedWord: 'approved',
  rule: (count: number, until: Ready) =>
    `Nothing is given before all ${count} are approved; one denial denies all. Waits until ${until}.`,
  belongs: (count: number) => `A bundle of ${count}.`,

  /** The whole message in one sentence. */
  inOne: {
    parts: (names: readonly Ready[], areAll: boolean) => (areAll ? all(names) : `${names.join(', ')} and others`),
    pending: (by: Ready, parts: string, seconds: number, why: Ready) =>
      `${by} asks for ${parts} together, for ${duration(seconds)}: ${why}`,
    ready: (parts: string, who: Ready) => `${parts} for ${who}: approved, waiting for the rest of the bundle.`,
    approved: (parts: string, who: Ready, standing: string) => `${parts} for ${who}: ${standing}.`,
    denied: (parts: string, who: Ready, by: Ready) => `${parts} for ${who}: denied by ${by}.`,
    expired: (parts: string, who: Ready) => `Nobody decided in time about ${parts} for ${who}.`,
    withdrawn: (parts: string, by: Ready) => `${by} withdrew the request for ${parts}.`,
  },
  /** What a button decides, for a screen reader. Plain text. */
  allParts: (count: number) => `all ${count} parts`,
  accesses: (count: number) => `${count} accesses`,

  received(of: {
    readonly parts: readonly Ready[];
    readonly who: Ready | null;
    readonly seconds: number;
    readonly stages: readonly { readonly required: number; readonly group: Ready | null }[];
    readonly rest: number;
    readonly until: Ready;
  }): string {
    const needed = of.stages
      .map(({ required, group }) => (group === null ? 'the manager' : `${required} from ${group}`))
      .join(', ');
    const more = of.rest > 0 ? ` and ${of.rest} more` : '';
    return `Your request for ${all(of.parts)}${forWhom(of.who)} for ${duration(of.seconds)} is with the approvers. Needed: ${needed}${more}. Nothing is given before all are approved, and one denial denies all. It waits until ${of.until}; I will write to you when it is decided.`;
  },
  askedForYou: (by: Ready, parts: readonly Ready[], seconds: number, why: Ready) =>
    `${by} asked for ${all(parts)} for you, for ${duration(seconds)}: ${why}\nYou need not do anything; I will write to you when it is decided.`,
  /** `atLeast`: some are approved for longer. */
  approved(parts: readonly Ready[], who: Ready | null, seconds: number, asked: number, atLeast: boolean): string {
    const shortened = seconds < asked ? `, shortened from ${duration(asked)}` : '';
    return `${all(parts)}${forWhom(who)} are approved for ${atLeast ? 'at least ' : ''}${duration(seconds)}${shortened}. I am making them live now.`;
  },
  denied: (by: Ready, parts: readonly Ready[], who: Ready | null, comment: Ready | null) =>
    `${by} denied the bundle of ${all(parts)}${forWhom(who)}${comment === null ? '. Talk to them, or ask again with more words.' : `: ${comment}`}`,
  expired: (parts: readonly Ready[], who: Ready | null) =>
    `Nobody decided about all of ${all(parts)}${forWhom(who)} in time, so the request is over and nothing was given. Ask again if you still need it.`,
  withdrawn: (parts: readonly Ready[], who: Ready | null) =>
    `Your request for ${all(parts)}${forWhom(who)} is withdrawn. Nothing was given.`,
  waits: (parts: readonly Ready[], who: Ready | null) => `Your request for ${all(parts)}${forWhom(who)} still waits.`,

  youDenied: (parts: readonly Ready[], who: Ready, count: number) =>
    `You denied ${all(parts)} for ${who}, and with it the whole bundle of ${count}.`,
  yourApprovalCounts: (parts: readonly Ready[], who: Ready, count: number) =>
    `Your approval of ${all(parts)} for ${who} counts. Nothing goes live before all ${count} of the bundle are approved.`,
  youApproved: (parts: readonly Ready[], who: Ready) =>
    `You approved ${all(parts)} for ${who}. The card shows when it is live.`,

  /** In a list of what one waits for. */
  partWaits: (what: Ready, group: Ready | null) =>
    `${what} · ${group === null ? 'approved, waits for the rest' : `waiting for ${group}`}`,
  together: (who: Ready | null, seconds: number, until: Ready) =>
    `Asked for together${forWhom(who)}, for ${duration(seconds)} · until ${until}`,
  oneOf: (count: number) => `one of ${count} asked for together`,
  /** In the audit; `name`: the beginning of its id. */
  inBundle: (name: Ready) => `bundle ${name}`,

  nothingAsked: 'Nothing was asked for, because part of it cannot be. Mend it or leave it out, and ask again.',
  nothingDecided: 'Your click changed nothing.',
  tooMany: (limit: number) =>
    `At most ${limit} accesses can be asked for at once, so nothing was asked for. Ask for the rest in a second request.`,
  namedTwice: 'It is named more than once. Name each access once.',
  meantSeveral: 'If you meant several, put blanks around the +.',

  /** Below the form: who must agree to one of several, and what is known of it. */
  terms(
    what: Ready,
    risk: string,
    stages: readonly { readonly required: number; readonly group: Ready | null }[],
    heldUntil: Ready | null,
    isPending: boolean,
  ): string {
    const people = stages
      .map(({ required, group }) => (group === null ? 'the manager' : `${required} of ${group}`))
      .join(', then ');
    const asked = people === '' ? 'nobody, because policy gives it at once' : people;
    const held = heldUntil === null ? '' : ` You hold it until ${heldUntil}.`;
    const pending = isPending ? ' You have asked for it already, and nobody has decided yet.' : '';
    return `${what} · ${risk} · who must agree: ${asked}.${held}${pending}`;
  },
  longest: (seconds: number, count: number) =>
    `Longest lease for all of them: ${duration(seconds)}. Nothing is given before all ${count} are approved; one denial denies all.`,
};
