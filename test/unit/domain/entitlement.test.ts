import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration } from '../../../src/domain/duration.ts';
import { isRequestable, readEntitlement, RISK_DEFAULTS, RISKS } from '../../../src/domain/entitlement.ts';
import type { Attributes, Entitlement } from '../../../src/domain/entitlement.ts';
import { aResource } from '../../builders/domain.ts';

const MIN_SECONDS = 60;
const resource = aResource('/production/read');
const read = (attributes: Attributes, minSeconds = MIN_SECONDS) =>
  readEntitlement(resource, 'from the group', { requestable: ['true'], ...attributes }, minSeconds);
const good = (attributes: Attributes): Entitlement => {
  const item = read(attributes);
  if (!item.requestable) throw new Error(item.because);
  return item.entitlement;
};
const because = (attributes: Attributes): string => {
  const item = read({ 'approver-group': ['/approvers/platform'], ...attributes });
  return item.requestable ? 'nothing: it can be requested' : item.because;
};
const approved: Attributes = { 'approver-group': ['/approvers/platform'] };

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', ' ', '0', '-1', '1', '11', '2h', '99d', 'abc', 'HIGH', '(', 'true'),
);
const names = ['risk', 'default-duration', 'max-duration', 'eligible-group', 'justification-pattern', 'end-sessions'];
const stageNames = ['', '-2', '-3'].flatMap((suffix) => [`approver-group${suffix}`, `approvals-required${suffix}`]);
const wild: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.oneof(fc.constantFrom(...names, ...stageNames), fc.string()),
  fc.array(text, { maxLength: 2 }),
);

describe('an entitlement read from attributes', () => {
  it.each(RISKS)('risk %s sets what nothing else sets', (risk) => {
    const { defaultSeconds, maxSeconds, required, endSessions } = RISK_DEFAULTS[risk];
    expect(good({ ...approved, risk: [risk] })).toEqual({
      resource,
      description: 'from the group',
      risk,
      stages: [{ approverGroup: '/approvers/platform', required }],
      defaultSeconds,
      maxSeconds,
      eligibleGroup: null,
      justificationPattern: null,
      endSessions,
    });
  });

  it('an absent risk is medium', () => expect(good(approved).risk).toBe('medium'));

  it('reads every attribute', () => {
    const entitlement = good({
      ...approved,
      'approvals-required': ['2'],
      'approver-group-2': ['security'],
      'approver-group-3': ['/owners'],
      'approvals-required-3': ['10'],
      description: ['Read production'],
      risk: ['low'],
      'default-duration': ['30m'],
      'max-duration': ['2d'],
      'eligible-group': ['/engineers'],
      'justification-pattern': ['[A-Z]+-\\d+'],
      'end-sessions': ['true'],
    });
    expect(entitlement).toMatchObject({
      description: 'Read production',
      stages: [
        { approverGroup: '/approvers/platform', required: 2 },
        { approverGroup: 'security', required: 1 },
        { approverGroup: '/owners', required: 10 },
      ],
      defaultSeconds: 1800,
      maxSeconds: 172_800,
      eligibleGroup: '/engineers',
      justificationPattern: '[A-Z]+-\\d+',
      endSessions: true,
    });
  });

  it('whatever stands there, what can be requested keeps its limits, and what cannot says why', () => {
    fc.assert(
      fc.property(wild, fc.integer({ min: 1, max: 7200 }), (attributes, minSeconds) => {
        const item = read({ ...approved, ...attributes }, minSeconds);
        if (!item.requestable) {
          expect(item.because).not.toBe('');
          return;
        }
        const { stages, defaultSeconds, maxSeconds, risk, endSessions, eligibleGroup } = item.entitlement;
        expect(minSeconds <= defaultSeconds && defaultSeconds <= maxSeconds).toBe(true);
        expect(stages.length >= 1 && stages.length <= 3).toBe(true);
        for (const { approverGroup, required } of stages) {
          expect(approverGroup.trim()).not.toBe('');
          expect(Number.isInteger(required) && required >= 1 && required <= 10).toBe(true);
        }
        expect(RISKS).toContain(risk);
        if (RISK_DEFAULTS[risk].endSessions) expect(endSessions).toBe(true);
        expect(eligibleGroup?.trim()).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  it('a default longer than the limit is refused, one within it holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 86_400 }), fc.integer({ min: 60, max: 86_400 }), (wanted, most) => {
        const item = read({
          ...approved,
          'default-duration': [formatDuration(wanted)],
          'max-duration': [formatDuration(most)],
        });
        expect(item.requestable).toBe(wanted <= most);
        if (item.requestable) expect(item.entitlement).toMatchObject({ defaultSeconds: wanted, maxSeconds: most });
      }),
    );
  });

  it('I30: each unreadable value takes it out of the catalogue, and the reason names the attribute', () => {
    const bad: Readonly<Record<string, readonly string[]>> = {
      risk: ['HIGH', 'none', '', '1'],
      'approvals-required': ['0', '-1', '11', 'two', '1.5', '', '1e1'],
      'max-duration': ['0', 'abc', '59s', '4', '-4h', '', '400d'],
      'default-duration': ['0', 'abc', '59s', '5h', ''],
      'end-sessions': ['yes', '1', ''],
      'justification-pattern': ['(', '[', '*', ''],
      'eligible-group': ['', '  '],
      'approver-group': ['', ' '],
      'approver-group-2': ['', ' '],
    };
    for (const [name, values] of Object.entries(bad)) {
      for (const value of values) expect(because({ [name]: [value] })).toContain(name);
    }
  });

  it('I30: a value that Keycloak keeps in no order is none', () => {
    for (const name of ['risk', 'max-duration', 'approver-group', 'eligible-group']) {
      expect(because({ [name]: ['low', 'critical'] })).toContain(name);
    }
  });

  it('I30: a stage that is misspelt, or stands without the one before, is not left out silently', () => {
    for (const name of [
      'approver-group-4',
      'approver-group2',
      'approver-groups',
      'approvals-required-4',
      'approver-group-1',
    ]) {
      expect(because({ [name]: ['/approvers/security'] })).toContain(name);
    }
    expect(because({ 'approver-group-3': ['/owners'] })).toContain('approver-group-3');
    expect(because({ 'approvals-required-2': ['2'] })).toContain('approver-group-2');
    expect(read({}).requestable).toBe(false);
  });

  it('is in the catalogue by exactly "true"', () => {
    expect(isRequestable({ requestable: ['true'] })).toBe(true);
    for (const value of ['TRUE', 'yes', '', 'false', ' true'])
      expect(isRequestable({ requestable: [value] })).toBe(false);
    expect(isRequestable({})).toBe(false);
  });
});
