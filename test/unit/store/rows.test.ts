import { expect, it } from '@jest/globals';
import { readRequest } from '../../../src/store/rows.ts';
import { aRequest } from '../../builders/domain.ts';

it('a request written before there were questions reads as one without any', () => {
  const { justification, questions, ...body } = aRequest();
  expect(readRequest({ body, justification })).toEqual({ ...body, justification, questions: [] });
  expect(readRequest({ body: { ...body, questions }, justification: null })).toEqual({
    ...body,
    questions,
    justification: '',
  });
});
