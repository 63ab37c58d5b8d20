import type { Catalogue } from '../catalogue.ts';

export const buttons: Catalogue['buttons'] = {
  approve: 'Genehmigen',
  approveLabel: (what) => `${what} genehmigen`,
  shorter: 'Kürzer genehmigen…',
  shorterLabel: (what) => `${what} kürzer genehmigen`,
  deny: 'Ablehnen…',
  denyLabel: (what) => `${what} ablehnen`,
  question: 'Nachfragen…',
  questionLabel: (what) => `Nachfragen zu ${what}`,
  answer: 'Antworten…',
  answerLabel: (what) => `Antworten zu ${what}`,
  request: 'Zugriff anfragen',
  release: 'Zurückgeben',
  releaseLabel: (what) => `${what} zurückgeben`,
  extend: 'Verlängern',
  extendLabel: (what) => `${what} verlängern`,
  withdraw: 'Zurückziehen',
  withdrawLabel: (what) => `${what} zurückziehen`,
};
