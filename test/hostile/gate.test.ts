import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BODIES, GATE_SECRET, signedHeaders } from '../doubles/gate-door.ts';
import type { Signing } from '../doubles/gate-door.ts';
import { NOW, OLD_SECRET, serveGate } from '../unit/http/gate/rig.ts';
import { nastyName, nastyText, nastyValue, tryDoorAtOnce } from './generator.ts';

type Served = Awaited<ReturnType<typeof serveGate>>;
let gate: Served;
beforeAll(async () => {
  gate = await serveGate();
});
afterAll(() => gate.stop());

const PATHS = Object.keys(BODIES) as (keyof typeof BODIES)[];
const USED = 'ab'.repeat(16);

type Call = {
  readonly path: string;
  readonly method: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};
/** A call, and what may be said to it. */
type Odd = { readonly call: Call; readonly errors: readonly string[] };

const path = fc.constantFrom(...PATHS);
const whole = (at: keyof typeof BODIES): string => JSON.stringify(BODIES[at]);
const called = (at: string, body: string, signing: Signing = {}): Call => ({
  ...{ path: at, method: 'POST', body },
  headers: signedHeaders(at, body, { time: NOW, ...signing }),
});
const asJson = (value: unknown): string => {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
};
const printable = nastyName.map((text) => text.replaceAll(/[^ -~]/g, '').trim());

const forged: fc.Arbitrary<Odd> = fc
  .record({ at: path, text: nastyText, header: printable, away: fc.integer({ min: 60_001, max: NOW }) })
  .chain(({ at, text, header, away }) => {
    const good = called(at, whole(at));
    const withHeader = (name: string): Call => ({ ...good, headers: { ...good.headers, [name]: header } });
    // A longer line is refused by the server before anybody looks at the path.
    const inPath = encodeURIComponent(text.slice(0, 300).toWellFormed());
    const odd = (call: Call, ...errors: string[]): Odd => ({ call, errors });
    return fc.constantFrom(
      odd(called(at, whole(at), { secret: text === GATE_SECRET ? 'x' : text }), 'signature'),
      odd(called(at, whole(at), { time: NOW - away }), 'time', 'form'),
      odd(called(at, whole(at), { time: NOW + away }), 'time'),
      odd(called(at, whole(at), { nonce: USED }), 'replay'),
      odd(called(at, asJson(text), { nonce: USED, secret: OLD_SECRET }), 'replay'),
      odd({ ...good, body: `${good.body} ` }, 'signature'),
      odd({ ...good, body: 'x'.repeat(64 * 1024 + 1) }, 'size'),
      odd({ ...good, path: at === '/gate/look' ? '/gate/spend' : '/gate/look' }, 'signature'),
      odd({ ...good, path: `${at}?${inPath}` }, 'path'),
      odd({ ...good, path: `${at}/` }, 'path'),
      odd({ ...good, path: `/gate/x${inPath}` }, 'path'),
      odd({ ...good, method: 'PUT' }, 'method'),
      odd({ ...good, method: 'DELETE' }, 'method'),
      odd(withHeader('leasehold-time'), 'form', 'signature', 'time'),
      odd(withHeader('leasehold-nonce'), 'form', 'signature'),
      odd(withHeader('leasehold-signature'), 'form', 'signature'),
      odd({ ...good, headers: {} }, 'form'),
    );
  });

/** Signed as it should be, by a Keycloak that is broken or not ours. */
const malformed: fc.Arbitrary<Odd> = fc
  .record({ at: path, value: nastyValue, text: nastyText })
  .chain(({ at, value, text }) => {
    const put = (field: string): string => asJson({ ...BODIES[at], [field]: value });
    const bodies = [
      text,
      asJson(value),
      asJson([BODIES[at]]),
      `${whole(at)}${text}x`,
      ...Object.keys(BODIES[at]).map(put),
    ];
    return fc.constantFrom(...bodies, asJson({ ...BODIES[at], realm: text }), asJson({ ...BODIES[at], [text]: 1 }));
  })
  .chain((body) => path.map((at) => ({ call: called(at, body), errors: ['form', 'size', 'none'] })));

async function send({ path: at, method, body, headers }: Call): Promise<{ status: number; text: string }> {
  const response = await fetch(`${gate.url}${at}`, { method, headers, body });
  return { status: response.status, text: await response.text() };
}

describe('calls of Keycloak', () => {
  it('calls of Keycloak: forged, late, replayed, oversized and malformed ones are refused and counted, and ask nothing', async () => {
    const first = called('/gate/look', whole('/gate/look'), { nonce: USED });
    expect(await send(first)).toMatchObject({ status: 200 });
    const before = gate.asked.length;
    await tryDoorAtOnce('calls of Keycloak', 20, fc.oneof(forged, malformed), async (odds) => {
      for (const { call, errors } of odds) {
        const [asked, refused] = [gate.asked.length, gate.refused.length];
        const { status, text } = await send(call);
        expect(text).not.toMatch(/\bat [\w.]+ \(|node_modules|0123456789abcdef/);
        if (status === 200 && errors.includes('none')) {
          // Some odd value fitted its field: it was asked as what it is, and bounded.
          expect(gate.asked).toHaveLength(asked + 1);
          expect(asJson(gate.asked.at(-1)).length).toBeLessThan(70_000);
          expect(asJson(gate.asked.at(-1))).not.toMatch(/\\u0000|\\ud[89a-f]/);
          continue;
        }
        const { error } = JSON.parse(text) as { readonly error: string };
        expect(errors).toContain(error);
        expect([gate.asked.length, gate.refused.length]).toEqual([asked, refused + 1]);
        expect(gate.refused.at(-1)).toBe(error);
      }
      expect((await fetch(`${gate.url}/healthz`)).status).toBe(200);
    });
    expect(await send(first)).toMatchObject({ status: 401 });
    const fitted = gate.asked.length - before;
    expect(gate.refused.length).toBeGreaterThan(fitted);
    // However many were refused, the log has one line for each reason.
    expect(gate.log.lines.length).toBeLessThanOrEqual(9);
    expect(gate.log.lines.every(({ level }) => level === 'warn')).toBe(true);
    expect(asJson(gate.log.lines)).not.toContain(GATE_SECRET);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }, 120_000);
});
