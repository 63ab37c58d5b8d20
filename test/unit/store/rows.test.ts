import { expect, it } from '@jest/globals';
import { readRequest } from '../../../src/store/rows.ts';
import { aRequest, START } from '../../builders/domain.ts';

it('a request written before there were questions, reminders and escalations reads as one without any', () => {
  const { justification, questions, remindAt, escalateAt, escalatedTo, stuck, teamId, ...body } = aRequest({
    remindAt: START,
  });
  expect(readRequest({ body, justification })).toEqual({
    ...body,
    justification,
    questions: [],
    teamId: null,
    remindAt: null,
    escalateAt: null,
    escalatedTo: null,
    stuck: null,
  });
  expect(
    readRequest({
      body: { ...body, questions, remindAt, escalateAt, escalatedTo, stuck, teamId },
      justification: null,
    }),
  ).toEqual({
    ...body,
    questions,
    remindAt,
    escalateAt,
    escalatedTo,
    stuck,
    teamId,
    justification: '',
  });
});
