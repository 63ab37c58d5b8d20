import type { Ready } from '../ready.ts';
import { leases } from './facts.ts';
import type { Leases } from './facts.ts';

/** Dialogs of a decision and of a wide revocation. Titles and what closes have 24 characters. */
export const dialogs = {
  title: { approve: 'Approve', shorter: 'Approve shorter', deny: 'Deny', question: 'Ask for more' },
  cancel: 'Cancel',
  close: 'Close',
  readingRequest: 'Reading the request …',
  duration: 'Duration',
  durationPlaceholder: 'A shorter lease',
  comment: 'Comment',
  commentHint: 'What the requester should know or do instead',
  question: 'Question',
  questionHint: 'The requester gets it from me in private and can answer; the request waits on',

  endEverything: 'End every lease',
  countingLeases: 'Counting the leases …',
  wouldEnd: (all: Leases, realm: Ready) =>
    `This takes away ${leases(all)} in the realm ${realm}: everybody's, at once.`,
  requestsStay: 'Requests that wait stay, and can still be approved afterwards.',
  realm: 'Realm',
  realmHint: (realm: string) => `Type ${realm} to confirm`,

  nothingDone: 'Nothing was done',
  notRecorded: 'I could not record this, so nothing was done. Try again in a minute.',
  formNotOpened: 'Slack did not let me open the form in time, so nothing was asked. Please try again.',
  dialogNotOpened: 'I could not open the dialog in time, so nothing was done. Please try again.',
};
