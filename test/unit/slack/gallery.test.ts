import { describe, expect, it } from '@jest/globals';
import { exhibits } from '../../../sandbox/gallery/exhibits.ts';
import { messageProblems } from '../../../sandbox/slack/validate/message.ts';
import { viewProblems } from '../../../sandbox/slack/validate/view.ts';

const all = exhibits();
const named = all.map((one) => [`${one.language} · ${one.room} · ${one.name}`, one.shown] as const);

/** Every object in it, however deep. */
function* objects(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const part of Object.values(value)) yield* objects(part);
}

describe('everything Leasehold can send', () => {
  it('hangs in the gallery under a name of its own', () => {
    expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
    expect(named.length).toBeGreaterThan(150);
  });

  it.each(named)('Slack takes it: %s', (_, shown) => {
    const problems = shown.as === 'message' ? messageProblems(shown.blocks) : viewProblems(shown.view, shown.as);
    expect(problems).toEqual([]);
    expect(JSON.stringify(shown).length).toBeLessThan(250_000);
  });

  it.each(named)('can be heard: %s', (_, shown) => {
    // What screen readers and notifications say is a whole sentence.
    if (shown.as === 'message') {
      expect(shown.text).toMatch(/[.:)*?\w…]$/u);
      expect(shown.text.length).toBeLessThanOrEqual(4000);
    }
    const leadsTo = new Map<string, string>();
    for (const one of objects(shown)) {
      if (one['type'] === 'input') expect(one['label']).toBeDefined();
      if (one['type'] !== 'button') continue;
      const heard = JSON.stringify(one['accessibility_label'] ?? one['text']);
      const does = JSON.stringify([one['action_id'], one['value']]);
      expect([heard, leadsTo.get(heard) ?? does]).toEqual([heard, does]);
      leadsTo.set(heard, does);
    }
  });

  it.each(named)('reads as a person would say it: %s', (_, shown) => {
    const words = JSON.stringify(shown).replaceAll('<!date', '');
    expect(words).not.toMatch(/\bundefined\b|null,null|\bNaN\b|\[object|\boops\b/i);
    for (const { text } of objects(shown))
      if (typeof text === 'string' && shown.as !== 'message') expect(text).not.toBe('');
  });
});
