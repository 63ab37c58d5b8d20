import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wordsFor } from '../../../../src/http/pages/language.ts';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['fr,de;q=0.3,en;q=0.2', 'de'],
    ['fr-FR,fr;q=0.9', 'en'],
    ['en;q=0.2, DE;q=0.7', 'de'],
    ['de;q=0, en;q=0.1', 'en'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    ['de;q=0.5, *;q=0.1', 'de'],
    ['den', 'en'],
    ['de;q=7', 'en'],
    [`${'fr,'.repeat(500)}de`, 'en'],
  ])('%j: %s', (header, language) => {
    expect(wordsFor(header).language).toBe(language);
  });

  it('whatever a browser says, there is one', () => {
    fc.assert(fc.property(fc.string(), (header) => ['en', 'de'].includes(wordsFor(header).language)));
  });
});
