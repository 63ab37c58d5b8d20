import type { Catalogue } from '../catalogue.ts';

export const buttons: Catalogue['buttons'] = {
  approve: 'Genehmigen',
  approveLabel: (what) => `Genehmigen: ${what}`,
  shorter: 'Kürzer genehmigen…',
  shorterLabel: (what) => `Kürzer genehmigen: ${what}`,
  deny: 'Ablehnen…',
  denyLabel: (what) => `Ablehnen: ${what}`,
  question: 'Nachfragen…',
  questionLabel: (what) => `Nachfragen zu ${what}`,
  answer: 'Antworten…',
  answerLabel: (what) => `Antworten zu ${what}`,
  request: 'Zugriff anfragen',
  release: 'Zurückgeben',
  releaseLabel: (what) => `Zurückgeben: ${what}`,
  extend: 'Verlängern',
  extendLabel: (what) => `Verlängern: ${what}`,
  withdraw: 'Zurückziehen',
  withdrawLabel: (what) => `Zurückziehen: ${what}`,
  again: 'Neu anfragen',
  againLabel: (what) => `Neu anfragen: ${what}`,
};
