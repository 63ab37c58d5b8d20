import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { sources } from './sources.ts';

/** Two words in a row, or one that begins a label. */
const WORDS = /\p{L}{2,}[,.:;]? +\p{L}{2,}|^\p{Lu}\p{Ll}+…?$/u;

/** Not for people, or the same in every language. */
const ALLOWED = new Set([
  'Leasehold', // our name
  'Bolt', // of the package
]);

/** What only logs and errors carry: operators read those, in English. */
const isForOperators = (node: ts.Node): boolean => {
  if (ts.isThrowStatement(node)) return true;
  const callee = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : '';
  return /(^|\.)(debug|info|warn|error)$|Error$/u.test(callee);
};

function* texts(node: ts.Node): Generator<string> {
  if (isForOperators(node) || ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
    yield node.text;
  for (const child of node.getChildren()) yield* texts(child);
}

it('what people read in Slack stands in the catalogue and nowhere else', () => {
  const files = sources('src/slack/**/*.ts').filter(({ file }) => !file.startsWith('src/slack/words/'));
  const elsewhere = files.flatMap(({ file, text }) => {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    return [...texts(source)].filter((one) => WORDS.test(one) && !ALLOWED.has(one)).map((one) => `${file}: ${one}`);
  });
  expect(files.length).toBeGreaterThan(40);
  expect(elsewhere).toEqual([]);
});

it('a sentence elsewhere would be found', () => {
  const found = (code: string) => [...texts(ts.createSourceFile('x.ts', code, ts.ScriptTarget.Latest, true))];
  const isFound = (code: string) => found(code).some((one) => WORDS.test(one));
  expect(isFound("plain('Nothing was done', 24)")).toBe(true);
  expect(isFound('section(`You hold ${what} until ${when(at)}.`)')).toBe(true);
  expect(isFound("plain('Cancel', 24)")).toBe(true);
  expect(isFound("log.warn('slack is away'); throw new CodedError('code', `was not answered`)")).toBe(false);
});
