import { describe, expect, it } from '@jest/globals';
import { CODE_TRIES, isOpen, prove, sendTo, spend, withCode, wrongCode } from '../../../src/domain/sign-in.ts';
import type { SignIn } from '../../../src/domain/sign-in.ts';
import { START } from '../../builders/domain.ts';
import { aProof, aSignIn, aVisit } from '../../builders/identity.ts';

const offered = aSignIn({ createdAt: START, expiresAt: START + 600_000 });
const visit = aVisit();
const sent = sendTo(offered, visit, START + 1);
const proof = aProof();
const proven = prove(sent, { cookieHash: 'c', proof });
const coded = withCode(proven, 'code');
const { id, realm, slack, purpose, correlationId, createdAt, expiresAt } = offered;
const facts = { id, realm, slack, purpose, correlationId, createdAt, expiresAt };

describe('a sign-in', () => {
  it('goes from offered to sent, proven and coded, a revision each, and keeps of an earlier step the browser alone', () => {
    expect(sent).toEqual({ ...facts, revision: 2, state: 'sent', sentAt: START + 1, visit });
    expect(proven).toEqual({ ...facts, revision: 3, state: 'proven', cookieHash: 'c', proof });
    expect(coded).toEqual({
      ...{ ...facts, revision: 4, state: 'coded', cookieHash: 'c', proof },
      ...{ codeHash: 'code', triesLeft: CODE_TRIES },
    });
    expect(spend(coded)).toEqual({ ...facts, revision: 5, state: 'spent', cookieHash: 'c' });
  });

  it('begun anew forgets who had signed in', () => {
    const again = aVisit();
    const other = sendTo(proven, again, START + 9);
    expect(other).toEqual({ ...facts, revision: 4, state: 'sent', sentAt: START + 9, visit: again });
  });

  it('ends with the last wrong code', () => {
    let now: SignIn = coded;
    for (let left = CODE_TRIES - 1; left > 0; left--) {
      if (now.state !== 'coded') throw new Error('over too soon');
      now = wrongCode(now);
      expect(now).toMatchObject({ state: 'coded', triesLeft: left, codeHash: 'code' });
    }
    if (now.state !== 'coded') throw new Error('over too soon');
    expect(wrongCode(now)).toEqual({ ...facts, revision: coded.revision + CODE_TRIES, state: 'spent' });
  });

  it('is open until its end, unless it is spent', () => {
    expect([START, START + 599_999, START + 600_000].map((at) => isOpen(coded, at))).toEqual([true, true, false]);
    expect(isOpen(spend(offered), START)).toBe(false);
  });
});
