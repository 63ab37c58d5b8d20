import type { Ready } from '../ready.ts';

/** What approvers ask and requesters answer. */
export const question = {
  /** Plain text. */
  title: 'Answer',
  reading: 'Reading the question …',
  answer: 'Answer',
  answerHint: 'Everybody in the approver channel can read it',

  earlier: (count: number) =>
    `${count === 1 ? 'One earlier question is' : `${count} earlier questions are`} in the thread.`,
  asks: (by: Ready, text: Ready) => `*Question*  ${by} asks: ${text}`,
  answers: (by: Ready, text: Ready) => `*Answer*  ${by}: ${text}`,
  notAnswered: (by: Ready) => `*Answer*  ${by} has not answered yet.`,
  noAnswer: '*Answer*  none was given.',

  asksAbout: (by: Ready, what: Ready, text: Ready) => `${by} asks about ${what}: ${text}`,
  asksYou: (by: Ready, what: Ready, text: Ready) => `${by} asks about your request for ${what}: ${text}`,
  youAnswered: 'You have answered this.',
  waitsOn: 'Nothing is decided yet; the request waits on.',
  /** `status`: what became of the request. */
  needsNoAnswer: (status: string) => `The request is ${status} meanwhile, so no answer is needed.`,

  youAsked: (requester: Ready, what: Ready) => `I asked ${requester} about ${what}.`,
  answerToCome: 'The request waits on, and I will write to you here when there is an answer.',
  over: (status: string) => `The request is ${status} meanwhile.`,

  answersAbout: (by: Ready, what: Ready, text: Ready) => `${by} answers about ${what}: ${text}`,
  yourQuestion: (text: Ready) => `You asked: ${text}`,
  itsCard: 'its card',
  decideOn: (card: Ready) => `You can decide on ${card}.`,
  overSee: (status: string, card: Ready) => `The request is ${status} meanwhile: see ${card}.`,

  hasYourAnswer: (by: Ready, what: Ready) => `${by} has your answer about ${what}, and it stands on the card.`,
  waitsForDecision: 'The request waits on for a decision.',
};
