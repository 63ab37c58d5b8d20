import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration } from '../../../src/domain/duration.ts';
import { asksManager, isRequestable, readEntitlement, RISK_DEFAULTS, RISKS } from '../../../src/domain/entitlement.ts';
import type { Attributes, Entitlement } from '../../../src/domain/entitlement.ts';
import { resourceId } from '../../../src/domain/ids.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import type { Flaw } from '../../../src/domain/flaw.ts';
import { forTerminal } from '../../../src/slack/render/escape.ts';
import { flawText } from '../../../src/slack/render/flaw-text.ts';
import { en } from '../../../src/slack/words/en.ts';
import { aResource } from '../../builders/domain.ts';

const MIN_SECONDS = 60;
const resource = aResource('/production/read');
const read = (attributes: Attributes, minSeconds = MIN_SECONDS) =>
  readEntitlement(resource, 'from the group', { requestable: ['true'], ...attributes }, minSeconds);
const said = (flaw: Flaw): string => flawText(en, flaw, forTerminal);
const good = (attributes: Attributes): Entitlement => {
  const item = read(attributes);
  if (!item.requestable) throw new Error(said(item.because));
  return item.entitlement;
};
const because = (attributes: Attributes): string => {
  const item = read({ 'approver-group': ['/approvers/platform'], ...attributes });
  return item.requestable ? 'nothing: it can be requested' : said(item.because);
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

const aRole: Resource = { kind: 'realm-role', id: resourceId('role'), path: 'refund', clientUuid: null };
const readRole = (session: string) =>
  readEntitlement(aRole, '', { requestable: ['true'], ...approved, session: [session] }, MIN_SECONDS);

describe('a role marked session', () => {
  it('is leased in tokens alone', () => {
    expect(readRole('true')).toMatchObject({ entitlement: { resource: { ...aRole, inToken: true } } });
  });

  it('false, or no mark, leaves its resource as it ever was', () => {
    const plain = readEntitlement(aRole, '', { requestable: ['true'], ...approved }, MIN_SECONDS);
    for (const item of [readRole('false'), plain])
      expect(item.requestable && item.entitlement.resource).toStrictEqual(aRole);
  });

  it.each(['yes', 'TRUE', '1'])('cannot be asked for when the mark is %s', (written) => {
    expect(readRole(written)).toMatchObject({ because: { flaw: 'no_yes_or_no', attribute: 'session', written } });
  });

  it('cannot be a group, which is told in a sentence', () => {
    expect(because({ session: ['true'] })).toContain('a group cannot be leased in tokens alone');
    expect(because({ session: ['false'] })).toBe('nothing: it can be requested');
  });
});

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
      breakGlass: false,
    });
  });

  it('the bare word manager asks the manager, one person at one stage; a group of that name is written with its path', () => {
    const stage = (attributes: Attributes) => good({ risk: ['low'], ...attributes }).stages.map(asksManager);
    expect(stage({ 'approver-group': ['manager'] })).toEqual([true]);
    expect(stage({ 'approver-group': [' manager '], 'approver-group-2': ['/manager'] })).toEqual([true, false]);
    expect(stage({ 'approver-group': ['Manager'] })).toEqual([false]);
    expect(because({ 'approver-group-2': ['manager'], 'approvals-required-2': ['2'] })).toContain('one person');
    expect(because({ 'approver-group': ['manager'], 'approver-group-2': ['manager'] })).toContain('two stages');
    expect(because({ 'approver-group': ['manager'], risk: ['critical'] })).toContain('2 for risk critical');
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
      'break-glass': ['true'],
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
      breakGlass: true,
    });
  });

  it('whatever stands there, what can be requested keeps its limits, and what cannot says why', () => {
    fc.assert(
      fc.property(wild, fc.integer({ min: 1, max: 7200 }), (attributes, minSeconds) => {
        const item = read({ ...approved, ...attributes }, minSeconds);
        if (!item.requestable) {
          expect(said(item.because)).not.toMatch(/^$|undefined|null/u);
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
      'break-glass': ['yes', 'TRUE', '1', ''],
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

  it('each risk sets these and nothing else', () => {
    expect(RISK_DEFAULTS).toEqual({
      low: { defaultSeconds: 14_400, maxSeconds: 28_800, required: 1, linked: false, endSessions: false },
      medium: { defaultSeconds: 3600, maxSeconds: 14_400, required: 1, linked: false, endSessions: false },
      high: { defaultSeconds: 1800, maxSeconds: 7200, required: 1, linked: true, endSessions: true },
      critical: { defaultSeconds: 1800, maxSeconds: 3600, required: 2, linked: true, endSessions: true },
    });
  });

  it.each<[string, Attributes]>([
    ['its attribute risk is "HIGH"; write low, medium, high or critical', { risk: ['HIGH'] }],
    ['its attribute risk is empty', { risk: [' '] }],
    ['its attribute risk has 2 values; write one', { risk: ['low', 'low'] }],
    ['its attribute end-sessions is empty', { 'end-sessions': [''] }],
    ['it has an attribute approver-groups, which means nothing', { 'approver-groups': ['x'] }],
    ['approvals-required is "11"; write a whole number from 1 to 10', { 'approvals-required': ['11'] }],
    ['approvals-required is "two"; write a whole number from 1 to 10', { 'approvals-required': ['two'] }],
    ['max-duration is "59s"; write for example 4h, at least 1m', { 'max-duration': ['59s'] }],
    ['max-duration is "abc"; write for example 4h, at least 1m', { 'max-duration': ['abc'] }],
    ['default-duration is "5h"; write for example 1h, at most max-duration', { 'default-duration': ['5h'] }],
    ['default-duration is "59s"; write for example 1h, at most max-duration', { 'default-duration': ['59s'] }],
    ['default-duration is "abc"; write for example 1h, at most max-duration', { 'default-duration': ['abc'] }],
    ['justification-pattern is no regular expression', { 'justification-pattern': ['('] }],
    ['end-sessions is "yes"; write true or false', { 'end-sessions': ['yes'] }],
    ['approver-group-3 stands without approver-group-2', { 'approver-group-3': ['/owners'] }],
    ['approvals-required-2 stands without approver-group-2', { 'approvals-required-2': ['1'] }],
  ])('I30: says why: %s', (why, attributes) => expect(because(attributes)).toBe(why));

  it('I30: says why a stage, or every stage, is missing', () => {
    const why = (attributes: Attributes) => {
      const item = read(attributes);
      return item.requestable ? null : said(item.because);
    };
    expect(why({})).toBe('it names no approver-group');
    expect(why({ 'approver-group-2': ['/x'] })).toBe('approver-group-2 stands without approver-group');
    expect(why({ 'approvals-required': ['1'] })).toBe('approvals-required stands without approver-group');
  });

  it('the limits themselves are allowed, and blanks around a value are not meant', () => {
    expect(good({ ...approved, 'max-duration': ['60s'], 'default-duration': ['60s'] })).toMatchObject({
      maxSeconds: 60,
      defaultSeconds: 60,
    });
    expect(good({ ...approved, risk: [' low '], 'approvals-required': ['10'] })).toMatchObject({
      risk: 'low',
      stages: [{ required: 10 }],
    });
    expect(good({ ...approved, description: [''] }).description).toBe('');
    expect(good({ ...approved, 'end-sessions': ['false'] }).endSessions).toBe(false);
    expect(good({ ...approved, 'my-approver-group': ['a', 'b'], other: [] }).stages).toHaveLength(1);
    expect(good({ ...approved, risk: [] }).risk).toBe('medium');
    const short = read(approved, 7200);
    expect(short.requestable && short.entitlement).toMatchObject({ defaultSeconds: 7200, maxSeconds: 14_400 });
    expect(read(approved, 14_400).requestable).toBe(true);
    expect(read(approved, 14_401).requestable).toBe(false);
  });
});
