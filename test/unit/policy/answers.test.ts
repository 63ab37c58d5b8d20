import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openOpaPolicy } from '../../../src/policy/opa.ts';
import { aGateQuestion, aQuestion, NOON } from '../../builders/policy.ts';

let server: Server;
let url: string;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((request, response) => respond(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const policy = (timeoutMs = 2000) => openOpaPolicy({ url, timeoutMs, now: () => NOON });
const answering = (body: string, status = 200) => {
  respond = (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};
const deciding = (result: unknown) => answering(JSON.stringify({ result }));
const decide = (input = aQuestion()) => policy().decide(input);

it('asks for the decision with the question as it is', async () => {
  const seen: unknown[] = [];
  respond = (request, response) => {
    void text(request).then((body) => {
      seen.push([request.method, request.url, request.headers['content-type'], JSON.parse(body)]);
      response.end('{"result":{"verdict":"approval"},"decision_id":"d-1"}');
    });
  };
  const input = aQuestion({ context: { ip: '10.0.0.1' } });
  expect(await decide(input)).toEqual({
    id: 'd-1',
    verdict: 'approval',
    reasons: [],
    stages: null,
    maxSeconds: null,
    requiredActions: [],
    tickets: [],
    stepUp: [],
    maxLeases: null,
    limits: {},
    removedScopes: [],
    broken: [],
  });
  expect(seen).toEqual([['POST', '/v1/data/leasehold/decision', 'application/json', { input }]]);
});

it('takes a whole answer over', async () => {
  const result = {
    verdict: 'approval',
    reasons: [{ rule: 'nights', because: null, effect: 'max-duration' }],
    stages: [{ approverGroup: '/approvers/a', required: 2 }],
    maxSeconds: 3600,
    requiredActions: ['CONFIGURE_TOTP'],
    tickets: ['^INC'],
    stepUp: ['gold'],
    maxLeases: 2,
    limits: { role: 'reader', rows: 5, audited: true },
    removedScopes: ['deploy', 'offline_access'],
  };
  deciding(result);
  const { id, ...answer } = await decide();
  expect(answer).toEqual({ ...result, broken: [] });
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
});

describe('what holds for every engine holds for this one', () => {
  it.each([
    [{ verdict: 'allow' }, aQuestion({ resource: { risk: 'critical' } }), 'approval'],
    [{ verdict: 'allow', stages: [{ approverGroup: '/a', required: 1 }] }, aQuestion(), 'approval'],
    [{ verdict: 'approval', maxLeases: 1 }, aQuestion({ context: { liveCount: 1 } }), 'deny'],
    [
      { verdict: 'approval', stages: ['a', 'b', 'c', 'd'].map((approverGroup) => ({ approverGroup, required: 1 })) },
      aQuestion(),
      'deny',
    ],
    [{ verdict: 'actions' }, aQuestion(), 'deny'],
    [{ verdict: 'approval' }, aGateQuestion('login'), 'deny'],
    [{ verdict: 'approval', stages: [{ approverGroup: '/a', required: 1 }] }, aGateQuestion('login'), 'approval'],
    [{ verdict: 'allow', stages: [{ approverGroup: '/a', required: 1 }] }, aGateQuestion('login'), 'approval'],
    [{ verdict: 'approval' }, aGateQuestion('token'), 'deny'],
    [{ verdict: 'allow', stages: [{ approverGroup: '/a', required: 1 }] }, aGateQuestion('token'), 'approval'],
    [
      { verdict: 'approval', stages: [{ approverGroup: '/a', required: 1 }], stepUp: ['gold'] },
      aGateQuestion('token'),
      'actions',
    ],
    [
      { verdict: 'approval', stages: ['a', 'b'].map((approverGroup) => ({ approverGroup, required: 1 })) },
      aGateQuestion('token'),
      'deny',
    ],
    [
      { verdict: 'approval', stages: ['a', 'b'].map((approverGroup) => ({ approverGroup, required: 1 })) },
      aGateQuestion('login'),
      'deny',
    ],
    [{ verdict: 'allow', stepUp: ['gold'] }, aGateQuestion('login'), 'actions'],
  ])('%j', async (result, input, verdict) => {
    deciding(result);
    expect(await decide(input)).toMatchObject({ verdict, broken: [] });
  });
});

describe('nonsense denies, and says that it is nonsense', () => {
  it.each([
    ['no JSON', 'yes'],
    ['no object', '[]'],
    ['a number', '{"result":1}'],
    ['true', '{"result":true}'],
    ['null', '{"result":null}'],
    ['no verdict', '{"result":{}}'],
    ['another verdict', '{"result":{"verdict":"ALLOW"}}'],
    ['what we do not know', '{"result":{"verdict":"allow","admin":true}}'],
    [
      'a stage that the requester decides',
      '{"result":{"verdict":"approval","stages":[{"approverGroup":"requester","required":1}]}}',
    ],
    ['a stage that nobody decides', '{"result":{"verdict":"approval","stages":[{"approverGroup":"/a","required":0}]}}'],
    ['an empty list of stages', '{"result":{"verdict":"approval","stages":[]}}'],
    [
      'the same approvers twice',
      '{"result":{"verdict":"approval","stages":[{"approverGroup":"/a","required":1},{"approverGroup":"/a","required":2}]}}',
    ],
    ['no length', '{"result":{"verdict":"approval","maxSeconds":-1}}'],
    ['a pattern that is none', '{"result":{"verdict":"approval","tickets":["("]}}'],
    ['a scope with a blank', '{"result":{"verdict":"allow","removedScopes":["a b"]}}'],
    ['broken rules of its own', '{"result":{"verdict":"approval","broken":[]}}'],
    ['a limit that is an object', '{"result":{"verdict":"approval","limits":{"a":{}}}}'],
    ['more than 64 KiB', `{"result":{"verdict":"allow"},"x":"${'x'.repeat(70_000)}"}`],
  ])('%s', async (_, body) => {
    answering(body);
    expect(await decide()).toMatchObject({
      verdict: 'deny',
      broken: ['Open Policy Agent'],
      reasons: [
        { rule: null, effect: 'broken', because: { own: 'engine_nonsense', detail: expect.stringMatching(/./) } },
      ],
    });
  });

  it('an undefined result', async () => {
    answering('{}');
    expect((await decide()).reasons[0]?.because).toEqual({ own: 'engine_undefined' });
  });

  it('whatever it answers, nothing but a sound answer allows', async () => {
    const opa = policy();
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        answering(`{"result":${body}}`);
        expect((await opa.decide(aQuestion())).verdict).toBe('deny');
      }),
      { numRuns: 100 },
    );
  });
});

describe('not reached denies, and says that policy is unreachable', () => {
  it.each([400, 404, 500, 503, 302, 204])('status %d', async (status) => {
    answering(status === 204 ? '' : '{"result":{"verdict":"allow"}}', status);
    expect((await decide()).reasons).toEqual([
      { rule: null, because: { own: 'engine_status', status }, effect: 'broken' },
    ]);
  });

  it('no answer in time', async () => {
    respond = () => undefined;
    expect((await policy(100).decide(aQuestion())).reasons[0]?.because).toEqual({ own: 'engine_late', seconds: 0.1 });
  });

  it('an answer that does not end in time', async () => {
    respond = (_, response) => response.write('{"result":');
    expect((await policy(100).decide(aQuestion())).reasons[0]?.because).toEqual({ own: 'engine_late', seconds: 0.1 });
  });

  it('a connection that breaks, and none at all', async () => {
    respond = (_, response) => {
      response.write('{"result":');
      setTimeout(() => response.destroy(), 20);
    };
    expect((await decide()).reasons[0]?.because).toEqual({ own: 'engine_unconnected' });
    const nowhere = openOpaPolicy({ url: 'http://127.0.0.1:1', now: () => NOON });
    expect((await nowhere.decide(aQuestion())).verdict).toBe('deny');
    expect(nowhere.status()).toEqual({
      source: 'http://127.0.0.1:1/v1/data/leasehold/decision',
      loadedAt: null,
      hash: null,
      problem: { own: 'engine_unconnected' },
    });
  });

  it('is over with the next good answer', async () => {
    const opa = policy();
    answering('', 500);
    await opa.decide(aQuestion());
    expect(opa.status().problem).not.toBeNull();
    deciding({ verdict: 'approval' });
    await opa.decide(aQuestion());
    expect(opa.status()).toMatchObject({ loadedAt: NOON, problem: null });
  });
});
