import { expect, it } from '@jest/globals';
import { slackAttribute } from '../../../src/domain/people.ts';

it('a Slack account is written as team and user', () => {
  expect(slackAttribute({ teamId: 'T1', userId: 'U2' })).toBe('T1/U2');
});
