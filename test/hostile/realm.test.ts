import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { asksManager, readEntitlement } from '../../src/domain/entitlement.ts';
import { readEscalation } from '../../src/domain/escalation.ts';
import { cleanText } from '../../src/domain/text.ts';
import {
  clientSchema,
  groupTreeSchema,
  mappingsSchema,
  parsed,
  roleSchema,
  userSchema,
} from '../../src/keycloak/representations.ts';
import { matches } from '../../src/lib/match.ts';
import { forTerminal } from '../../src/slack/render/escape.ts';
import { flawText } from '../../src/slack/render/flaw-text.ts';
import { patternExample } from '../../src/slack/render/pattern-example.ts';
import { en } from '../../src/slack/words/en.ts';
import { hasCode } from '../../src/lib/errors.ts';
import { checkDuration, checkJustification } from '../../src/usecases/ask.ts';
import { aResource } from '../builders/domain.ts';
import { nastyName, nastyPattern, nastyText, nastyValue, tryDoor } from './generator.ts';

const NAMES = [
  'requestable',
  'description',
  'risk',
  'default-duration',
  'max-duration',
  'eligible-group',
  'end-sessions',
  'approver-group',
  'approver-group-2',
  'approver-group-3',
  'approvals-required',
  'approvals-required-2',
  'slack-channel',
  'escalate-to',
  'escalate-after',
  'approver-group-4',
  '__proto__',
  'constructor',
];
const attributeValue = fc.oneof(
  nastyName,
  fc.constantFrom(
    'true',
    'low',
    'critical',
    '4h',
    '1h',
    '2',
    '/approvers/platform',
    'manager',
    ' manager ',
    '/manager',
  ),
);
const attributes = fc.tuple(
  fc.dictionary(fc.constantFrom(...NAMES), fc.array(attributeValue, { maxLength: 2 }), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  fc.option(nastyPattern, { nil: null }),
  fc.boolean(),
);
describe('what a realm may hold', () => {
  it('I30: attributes of the realm: they make an entitlement within its limits, or none and the reason; nothing else', async () => {
    await tryDoor('attributes of the realm', fc.tuple(attributes, nastyText), ([[odd, pattern, staffed], text]) => {
      const written = {
        requestable: ['true'],
        ...(staffed ? { 'approver-group': ['/approvers/platform'] } : {}),
        ...odd,
        ...(pattern === null ? {} : { 'justification-pattern': [pattern] }),
      };
      const item = readEntitlement(aResource('/x'), text, written, 60);
      expect(Object.prototype).not.toHaveProperty('polluted');
      if (!item.requestable) {
        expect(flawText(en, item.because, forTerminal)).not.toMatch(/^$|undefined/u);
        return;
      }
      const { entitlement } = item;
      expect(entitlement.stages.length >= 1 && entitlement.stages.length <= 3).toBe(true);
      expect(
        entitlement.stages.every(({ required }) => Number.isInteger(required) && required >= 1 && required <= 10),
      ).toBe(true);
      const managers = entitlement.stages.filter(asksManager);
      expect(managers.length <= 1 && managers.every(({ required }) => required === 1)).toBe(true);
      const escalation = readEscalation(written);
      if (escalation?.ok === true) {
        expect(escalation.rule.to.trim()).not.toBe('');
        expect(escalation.rule.afterSeconds).toBeGreaterThan(0);
      } else if (escalation !== null) expect(escalation.because).not.toBe('');
      expect(60 <= entitlement.defaultSeconds && entitlement.defaultSeconds <= entitlement.maxSeconds).toBe(true);
      const duration = checkDuration(entitlement, text, 60);
      if (duration.ok) expect(duration.seconds >= 60 && duration.seconds <= entitlement.maxSeconds).toBe(true);
      if (pattern !== null) return; // patterns have a test of their own
      const justified = checkJustification(entitlement, text);
      if (justified.ok) expect(justified.justification).toBe(cleanText(text));
    });
  });

  it('answers of Keycloak: what does not look like one is an outage, never a crash and never an entitlement', async () => {
    const schemas = [
      groupTreeSchema,
      roleSchema,
      clientSchema,
      userSchema,
      mappingsSchema,
      z.array(roleSchema),
    ] as const;
    const answer = fc.oneof(
      nastyValue,
      fc.record(
        {
          id: nastyValue,
          name: nastyValue,
          path: nastyName,
          username: nastyName,
          enabled: nastyValue,
          attributes: nastyValue,
          subGroups: nastyValue,
          composite: fc.boolean(),
          clientRole: fc.boolean(),
          containerId: nastyName,
        },
        { requiredKeys: [] },
      ),
    );
    await tryDoor('answers of Keycloak', answer, (value) => {
      for (const schema of schemas) {
        try {
          parsed<unknown>(schema, 'groups', value);
        } catch (error) {
          expect(hasCode(error, 'keycloak_unavailable')).toBe(true);
        }
      }
      expect(Object.prototype).not.toHaveProperty('polluted');
    });
  });

  it('justification patterns: none holds the process up, whatever it and the text are; what takes too long does not fit', async () => {
    const unlucky = fc.oneof(
      nastyText.map((text) => cleanText(text).slice(0, 1000)),
      fc.constantFrom('a'.repeat(1000), `${'a'.repeat(60)}!`, 'x'.repeat(999), 'word '.repeat(200)),
    );
    await tryDoor('justification patterns', fc.tuple(nastyPattern, unlucky), ([pattern, text]) => {
      // One that has no end would never come back from here.
      expect(typeof matches(pattern, text)).toBe('boolean');
      patternExample(pattern);
    });
    expect(matches('^(a+)+$', `${'a'.repeat(60)}!`)).toBe(false);
    expect(matches('(INC|CHG)-\\d+', 'see INC-42')).toBe(true);
  }, 60_000);
});
