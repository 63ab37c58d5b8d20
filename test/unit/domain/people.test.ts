import { expect, it } from '@jest/globals';
import { readSlackAttribute, slackAttribute } from '../../../src/domain/people.ts';

it('a Slack account is written as team and user, and read as it was written', () => {
  const slack = { teamId: 'T1', userId: 'U2' };
  expect(slackAttribute(slack)).toBe('T1/U2');
  expect(readSlackAttribute('T1/U2')).toEqual(slack);
});

it('I17: what is no such account is read as nobody’s', () => {
  expect(readSlackAttribute('')).toEqual({ teamId: '', userId: '' });
  expect(readSlackAttribute('U2')).toEqual({ teamId: 'U2', userId: '' });
});
