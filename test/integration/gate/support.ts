import { expect } from '@jest/globals';
import type { Tab } from '../../doubles/gate-visitor.ts';

/** The waiting page: it looks again by itself. */
export const waits = (tab: Tab): void => {
  expect(tab.outcome()).toBeNull();
  expect(tab.lookAgainAt()).toContain('/login-actions/');
};

/** The code that the page shows, without its gap. */
export const codeOn = (tab: Tab): string =>
  (/id="leasehold-code"[^>]*>([^<]*)</.exec(tab.html())?.[1] ?? '').replace(/\s/g, '');

/** A page that is the end: no code for the application, nothing to wait for, nothing to fill in. */
export const isClosed = (tab: Tab): void => {
  expect(tab.outcome()).toBeNull();
  expect(tab.looksAgain()).toBe(false);
  expect(tab.asksFor('password')).toBe(false);
};

export const isLetIn = (tab: Tab): void => {
  if (tab.stop().at === 'page') throw new Error(`Not let in: ${tab.text().slice(0, 400)}`);
  expect(tab.outcome()).toMatchObject({ state: 'here', code: expect.any(String) });
};

/** The page looks again, and is let in. */
export const goesOn = async (tab: Tab): Promise<void> => {
  await tab.lookAgain();
  isLetIn(tab);
};

/** Asks until it is so; fails after 10 s. */
export async function awaited(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not become so within 10 s.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
