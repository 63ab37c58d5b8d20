import type { Catalogue } from '../catalogue.ts';

export const question: Catalogue['question'] = {
  title: 'Antworten',
  reading: 'Ich lese die Rückfrage …',
  answer: 'Antwort',
  answerHint: 'Alle im Kanal der Genehmigenden können sie lesen',

  earlier: (count) =>
    `${count === 1 ? 'Eine frühere Rückfrage steht' : `${count} frühere Rückfragen stehen`} im Thread.`,
  asks: (by, text) => `*Rückfrage*  ${by} fragt: ${text}`,
  answers: (by, text) => `*Antwort*  ${by}: ${text}`,
  notAnswered: (by) => `*Antwort*  ${by} hat noch nicht geantwortet.`,
  noAnswer: '*Antwort*  es gab keine.',

  asksAbout: (by, what, text) => `${by} fragt zu ${what}: ${text}`,
  asksYou: (by, what, text) => `${by} fragt zu deiner Anfrage zu ${what}: ${text}`,
  youAnswered: 'Das hast du beantwortet.',
  waitsOn: 'Noch ist nichts entschieden; die Anfrage wartet weiter.',
  needsNoAnswer: (status) => `Die Anfrage ist inzwischen ${status}, eine Antwort ist nicht mehr nötig.`,

  youAsked: (requester, what) => `Ich habe ${requester} zu ${what} gefragt.`,
  answerToCome: 'Die Anfrage wartet weiter, und ich schreibe dir hier, wenn eine Antwort da ist.',
  over: (status) => `Die Anfrage ist inzwischen ${status}.`,

  answersAbout: (by, what, text) => `${by} antwortet zu ${what}: ${text}`,
  yourQuestion: (text) => `Du hast gefragt: ${text}`,
  itsCard: 'der Karte',
  decideOn: (card) => `Entscheiden kannst du auf ${card}.`,
  overSee: (status, card) => `Die Anfrage ist inzwischen ${status}: siehe auf ${card}.`,

  hasYourAnswer: (by, what) => `${by} hat deine Antwort zu ${what}, und sie steht auf der Karte.`,
  waitsForDecision: 'Die Anfrage wartet weiter auf eine Entscheidung.',
};
