import { describe, expect, it } from '@jest/globals';
import type { Entitlement } from '../../../src/domain/entitlement.ts';
import { matchAccess, suggestAccess } from '../../../src/domain/search.ts';
import { entitlement } from '../../../sandbox/gallery/samples.ts';

const things = ['/prod/read', '/prod/write', '/staging/read', 'db-reader', 'Grafana/Viewer', '/prod'].map((path) => ({
  path,
}));
const match = (word: string) => {
  const found = matchAccess(things, word);
  return found.match === 'one' ? found.found.path : found.match === 'many' ? found.paths : null;
};

describe('what a word means', () => {
  it.each([
    ['/prod/read', '/prod/read'],
    [' /prod/read ', '/prod/read'],
    ['/PROD/READ', '/prod/read'],
    ['prod/read', '/prod/read'],
    ['prod', '/prod'],
    ['write', '/prod/write'],
    ['VIEWER', 'Grafana/Viewer'],
    ['grafana/viewer', 'Grafana/Viewer'],
    ['db', 'db-reader'],
    ['stag', '/staging/read'],
    ['read', ['/prod/read', '/staging/read']],
    ['rea', ['/prod/read', '/staging/read', 'db-reader']],
    ['nothing', null],
    ['', null],
    ['  ', null],
  ])('%j', (word, expected) => expect(match(word)).toEqual(expected));

  it('no word, and one that fits nothing, mean nothing', () => {
    for (const word of ['', ' ', 'nothing']) expect(matchAccess(things, word)).toEqual({ match: 'none' });
  });

  it('a whole path, in any case and with or without its first slash, goes before names and parts', () => {
    const nested = [{ path: '/prod/read' }, { path: '/prod/read/deep' }, { path: 'Deep' }, { path: '/x/deep' }];
    for (const [word, path] of [
      ['/PROD/read', '/prod/read'],
      ['Prod/Read', '/prod/read'],
      ['dEEP', 'Deep'],
    ] as const)
      expect(matchAccess(nested, word)).toEqual({ match: 'one', found: { path } });
  });

  it('an exact path goes before every likeness, and no more than five are named', () => {
    expect(matchAccess([{ path: 'A' }, { path: 'a' }], 'a')).toMatchObject({ match: 'one', found: { path: 'a' } });
    const many = matchAccess(
      Array.from({ length: 9 }, (_, index) => ({ path: `/x${index}` })),
      'x',
    );
    expect(many).toEqual({ match: 'many', paths: ['/x0', '/x1', '/x2', '/x3', '/x4'] });
  });
});

const offer = (path: string, description = '', kind: Entitlement['resource']['kind'] = 'group'): Entitlement => ({
  ...entitlement,
  description,
  resource: { ...entitlement.resource, path, kind },
});
const offers = [
  offer('/b/other', 'reads things'),
  offer('/read/deep'),
  offer('/b/my-read'),
  offer('/b/read-all'),
  offer('/a/Read', 'Production'),
  offer('admin', '', 'realm-role'),
];
const suggested = (query: string, limit = 100) =>
  suggestAccess(offers, query, limit).map(({ resource }) => resource.path);

describe('the typeahead', () => {
  it('names that begin with the words come first, then names that hold them, then paths, then descriptions; ties by path', () => {
    expect(suggested('read')).toEqual(['/a/Read', '/b/read-all', '/b/my-read', '/read/deep', '/b/other']);
  });

  it('every word must occur somewhere, in path, kind or description, whatever its case', () => {
    expect(suggested('READ prod')).toEqual(['/a/Read']);
    expect(suggested(' realm-role ')).toEqual(['admin']);
    expect(suggested('things other')).toEqual(['/b/other']);
    expect(suggested('read nothing')).toEqual([]);
  });

  it('no word offers everything by path; no more than the limit', () => {
    expect(suggested('')).toEqual(['/a/Read', '/b/my-read', '/b/other', '/b/read-all', '/read/deep', 'admin']);
    expect(suggested('', 2)).toEqual(['/a/Read', '/b/my-read']);
  });
});
