import { expect, it } from '@jest/globals';
import { readRequest } from '../../../src/store/rows.ts';
import { aRequest, START } from '../../builders/domain.ts';

it('a request written before there were questions and reminders reads as one without any', () => {
  const { justification, questions, remindAt, teamId, ...body } = aRequest({ remindAt: START });
  expect(readRequest({ body, justification })).toEqual({
    ...body,
    justification,
    questions: [],
    teamId: null,
    remindAt: null,
  });
  expect(readRequest({ body: { ...body, questions, remindAt, teamId }, justification: null })).toEqual({
    ...body,
    questions,
    remindAt,
    teamId,
    justification: '',
  });
});
