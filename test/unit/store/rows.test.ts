import { expect, it } from '@jest/globals';
import { readRequest } from '../../../src/store/rows.ts';
import { aRequest, START } from '../../builders/domain.ts';

it('a request written before there were questions and reminders reads as one without any', () => {
  const { justification, questions, remindAt, ...body } = aRequest({ remindAt: START });
  expect(readRequest({ body, justification })).toEqual({
    ...body,
    justification,
    questions: [],
    remindAt: null,
  });
  expect(readRequest({ body: { ...body, questions, remindAt }, justification: null })).toEqual({
    ...body,
    questions,
    remindAt,
    justification: '',
  });
});
