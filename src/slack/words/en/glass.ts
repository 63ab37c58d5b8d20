import type { Ready } from '../ready.ts';
import { counted, duration } from './common.ts';

/** Break-glass: the form, the card with its review, and what is told of them. Titles, labels and hints are plain text. */
export const glass = {
  title: 'Break-glass',
  reading: 'Reading what may be taken …',
  take: 'Take it now',
  /** `what` is null before one is chosen. */
  warning: (what: Ready | null, seconds: number) =>
    what === null
      ? `This gives you an access at once, for ${duration(seconds)} at most. Nobody approves it.`
      : `This gives you ${what} at once, for ${duration(seconds)}. Nobody approves it.`,
  whoHears: (signatures: number) =>
    `The approvers and the audit channel hear of it now, and ${signatures} approvers sign afterwards whether it was right.`,
  sessionsEnd: 'Your sessions end with it.',
  canItWait: 'Where it can wait, ask with `/request-access` instead.',
  access: 'Access',
  accessPlaceholder: 'What may be taken at once: type a part of its name',
  justification: 'Justification',
  justificationHint: 'For example: INC-42 the database is down and nobody on call can approve',
  justificationPattern: (example: string) => `It must contain something like: ${example}`,

  /** `status`: of the lease, as a word. */
  cardTitle: (status: string, isOpen: boolean) => `Break-glass: ${status}, ${isOpen ? 'review open' : 'reviewed'}`,
  taken: 'taken',
  inOne: (who: Ready, what: Ready, seconds: number, why: Ready) =>
    `Break-glass: ${who} took ${what} for ${duration(seconds)}: ${why}`,
  took: (who: Ready, what: Ready, at: Ready) => `${who} took ${what}, ${at}. Nobody approved it.`,
  lease: (seconds: number) => `*For*  ${duration(seconds)}`,
  notLiveYet: '*Now*  taken, not live in Keycloak yet',
  beingTaken: '*Now*  is being taken away',
  reviewOpen: (missing: number, group: Ready) =>
    `*Review*  open until ${counted(missing, 'more person', 'people')} of ${group} ${missing === 1 ? 'has' : 'have'} signed.`,
  reviewClosed: (signatures: number) => `*Review*  closed: ${signatures} people have signed.`,
  remark: (by: Ready, at: Ready, right: boolean, comment: Ready | null) =>
    `${by}, ${at}: it was ${right ? 'right' : '*not right*'}${comment === null ? '.' : `: ${comment}`}`,
  whyYou: (group: Ready) =>
    `You see this because this channel is for ${group}; only its members can sign, and not the one who took it.`,
  endNow: 'End now',
  endNowLabel: (what: string) => `End ${what} now`,
  sign: 'Sign review…',
  signLabel: (what: string) => `Sign the review of ${what}`,

  signTitle: 'Sign review',
  signReading: 'Reading what was taken …',
  submitSign: 'Sign',
  wasItRight: 'Was it right?',
  right: 'It was right',
  wrong: 'It was not right',
  comment: 'Comment',
  commentHint: 'Everybody in the approver channel can read it',

  line: {
    taken: (by: Ready, seconds: number, signatures: number) =>
      `Break-glass: ${by} took it for ${duration(seconds)}. Nobody approved it; ${signatures} of those who approve have to sign whether it was right.`,
    signed(by: Ready, of: { readonly count: number; readonly needed: number }, right: boolean, comment: Ready | null) {
      const closed = of.count >= of.needed ? ' The review is closed.' : '';
      const text = comment === null ? '.' : `: ${comment}`;
      return `${by} signed (${of.count} of ${of.needed}): it was ${right ? 'right' : 'not right'}${text}${closed}`;
    },
    waits: (count: number, needed: number) => `The review is still open: ${count} of ${needed} have signed.`,
  },
  youTook: (what: Ready, seconds: number, signatures: number) =>
    `You took ${what} for ${duration(seconds)}. I am making it live now. The approvers and the audit channel know, and ${signatures} approvers will sign whether it was right.`,
  youSigned: (what: Ready, by: Ready, isClosed: boolean) =>
    `You signed the review of ${what}, taken by ${by}. ${isClosed ? 'It is closed now.' : 'Somebody else has to sign it, too.'}`,
  alarmTitle: '*Break-glass*',
  alarm: (by: Ready, what: Ready, seconds: number, signatures: number) =>
    `${by} took ${what} for ${duration(seconds)}. Nobody approved it. The approvers have its card, with the reason; ${signatures} of them have to sign it.`,
  help: '• `/access break-glass production-read INC-42 the database is down`  an emergency: take it at once, where it is marked for that; two approvers sign it afterwards',

  homeTitle: 'Waiting for your signature',
  homeTook: (who: Ready, what: Ready, seconds: number, at: Ready) =>
    `${who} took ${what} for ${duration(seconds)}, ${at}`,
  homeSigned: (count: number, needed: number) => `${count} of ${needed} signed`,
  openCard: 'Open the card to sign',

  refusal: {
    notMarked: (path: Ready) =>
      `"${path}" is not marked for break-glass, so nothing was taken. Ask for it with /request-access.`,
    tooOften: (limit: number) =>
      `You took access by break-glass ${limit} times within a day, which is the most. Ask with /request-access, or talk to the approvers.`,
    ownReview: 'You took this yourself, so two other people have to sign it.',
    alreadySigned: 'You have signed this already, and one person counts once. Somebody else has to sign it.',
    reviewClosed: 'Two people have signed this, so the review is closed and nothing was changed.',
  },
};
