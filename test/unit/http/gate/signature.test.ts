import { expect, it } from '@jest/globals';
import { createNonces } from '../../../../src/http/gate/nonces.ts';
import { signAnswer, signedWith } from '../../../../src/http/gate/signature.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';
const NONCE = '00112233445566778899aabbccddeeff';
const CALL = {
  time: '1700000000000',
  nonce: NONCE,
  method: 'POST',
  path: '/gate/look',
  body: Buffer.from('{}'),
};
// The vector of docs/reference/gate-protocol.md, which the tests of the provider check too.
const SIGNED = '27ea4f5de1e9308b0ed5e43406cc04c39f0cf3ad649bab0ea33cda25763c7bac';
const ANSWERED = '355beaf764631ba230952a3625400d828938292860a98e216b213bcd267248bd';

it('a call and its answer are signed as the vector of the protocol says', () => {
  expect(signedWith([SECRET], CALL, SIGNED)).toBe(SECRET);
  expect(signAnswer(SECRET, { time: '1700000000001', nonce: NONCE, status: 200, body: '{}' })).toBe(ANSWERED);
});

it('the secret that fits is told, whichever of the two it is', () => {
  expect(signedWith([OTHER, SECRET], CALL, SIGNED)).toBe(SECRET);
  expect(signedWith([SECRET, OTHER], CALL, SIGNED)).toBe(SECRET);
  expect(signedWith([OTHER], CALL, SIGNED)).toBeNull();
});

it.each([
  ['time', { time: '1700000000001' }],
  ['nonce', { nonce: '00112233445566778899aabbccddeefe' }],
  ['method', { method: 'GET' }],
  ['path', { path: '/gate/spend' }],
  ['body', { body: Buffer.from('{ }') }],
])('a signature counts for its own %s alone', (_part, other) => {
  expect(signedWith([SECRET], { ...CALL, ...other }, SIGNED)).toBeNull();
});

it('the signature of an answer is none of a call', () => {
  expect(signedWith([SECRET], CALL, ANSWERED)).toBeNull();
});

it('a nonce is remembered for 120 s at least, whenever it came', () => {
  const take = createNonces();
  expect([take('one', 1_000_000), take('two', 1_119_000)]).toEqual(['new', 'new']);
  expect(take('one', 1_120_000)).toBe('seen');
  expect(take('three', 1_121_000)).toBe('new');
  expect(take('two', 1_239_000)).toBe('seen');
});

it('no nonce is forgotten early: with as many as it may remember it takes no other until they are old', () => {
  const take = createNonces(2);
  const at = (seconds: number) => 1_000_000 + seconds * 1000;
  expect([take('one', at(0)), take('two', at(5)), take('three', at(6))]).toEqual(['new', 'new', 'full']);
  expect([take('one', at(119)), take('two', at(125))]).toEqual(['seen', 'seen']);
  expect(take('three', at(125))).toBe('full');
  expect(take('three', at(246))).toBe('new');
});
