import type { Page } from '../../usecases/pages.ts';
import type { Words } from '../words/en.ts';
import { pathOfSignIn } from './address.ts';
import { confirmSheet, doneSheet } from './decision.ts';
import type { Sheet } from './layout.ts';
import { problemSheet } from './problem.ts';
import { codeSheet, confirmLinkSheet, startSheet } from './start-and-link.ts';

/**
 * What a page shows.
 * @param id where its button leads; null where none is known, as after an answer of Keycloak that fits nothing
 * @throws Error for a page with a button without an id
 */
export function sheetOf(page: Page, words: Words, id: string | null): Sheet {
  switch (page.page) {
    case 'start':
      return startSheet(page, words, pathOfSignIn(id ?? ''));
    case 'confirm_link':
      return confirmLinkSheet(page, words, pathOfSignIn(id ?? ''));
    case 'confirm':
      return confirmSheet(page, words, pathOfSignIn(id ?? ''));
    case 'code':
      return codeSheet(page, words);
    case 'done':
      return doneSheet(page, words);
    case 'problem':
      return problemSheet(page.problem, words);
  }
}
