import { describe, expect, it } from '@jest/globals';
import { accessIntent, auditIntent, requestIntent } from '../../../src/slack/listeners/commands/typed.ts';

const misused = { intent: 'misused', command: '/request-access' };
const home = { teamId: 'T1', userId: 'U1' };

describe('what is typed after a command', () => {
  it.each([
    ['production-read 2h INC-42 debugging', 'production-read', '2h', 'INC-42 debugging'],
    ['  /a/b   30m   why  not ', '/a/b', '30m', 'why  not'],
    ['"client with blanks/role" 1h why', 'client with blanks/role', '1h', 'why'],
    ['“smart quotes” 1h why', 'smart quotes', '1h', 'why'],
    ['a&amp;b 1h x &lt; y &amp;amp; z', 'a&b', '1h', 'x < y &amp; z'],
    [
      'db 1h see &lt;b&gt; and <https://x.example/y|x.example> with <@U2|bob> in <#C1|ops>',
      'db',
      '1h',
      'see <b> and https://x.example/y with @bob in #ops',
    ],
  ])('%s is a request', (text, access, duration, justification) => {
    expect(requestIntent(text, home)).toEqual({
      intent: 'request',
      access: { by: 'text', text: access },
      duration,
      justification,
    });
  });

  it.each(['production-read', 'production-read 2h', 'production-read 2h   ', '"production-read" 2h', 'help'])(
    '%s is misused',
    (text) => {
      expect(requestIntent(text, home)).toEqual(misused);
    },
  );

  it('several mentions right after the access are many people, one of them twice is one', () => {
    const ask = { access: { by: 'text', text: 'production-read' }, duration: '2h', justification: 'day <1>' };
    expect(requestIntent('production-read <@U2|bob>, <@W3> 2h day &lt;1&gt;', home)).toEqual({
      intent: 'team_request',
      people: [
        { teamId: 'T1', userId: 'U2' },
        { teamId: 'T1', userId: 'W3' },
      ],
      ...ask,
    });
    expect(requestIntent('production-read <@U2> <@U2|bob> 2h day &lt;1&gt;', home)).toEqual({
      intent: 'request',
      beneficiary: { teamId: 'T1', userId: 'U2' },
      ...ask,
    });
  });

  it('a mention right after the access is whom it is for; a typed name or a later mention is not', () => {
    const ask = { intent: 'request', access: { by: 'text', text: 'production-read' }, duration: '2h' };
    const bob = { teamId: 'T1', userId: 'U2' };
    expect(requestIntent('production-read <@U2|bob> 2h INC-42', home)).toEqual({
      ...ask,
      justification: 'INC-42',
      beneficiary: bob,
    });
    expect(requestIntent('"my own access" <@U2> 2h INC-42', home)).toMatchObject({
      access: { by: 'text', text: 'my own access' },
      beneficiary: bob,
    });
    expect(requestIntent('production-read 2h with <@U2|bob>', home)).toEqual({ ...ask, justification: 'with @bob' });
    expect(requestIntent('production-read @bob 2h INC-42', home)).not.toHaveProperty('beneficiary');
    expect(requestIntent('production-read <@U2|bob> 2h', home)).toMatchObject({ intent: 'misused' });
  });

  it('a start stands right after the duration; anywhere else, and without a time, it is a word among others', () => {
    const ask = { intent: 'request', access: { by: 'text', text: 'production-read' }, duration: '2h' };
    const start = { by: 'text', text: '+3h' };
    expect(requestIntent('production-read 2h from:+3h INC-42', home)).toEqual({
      ...ask,
      start,
      justification: 'INC-42',
    });
    expect(requestIntent('production-read <@U2|bob> 2h From:+3h INC-42', home)).toEqual({
      ...ask,
      start,
      justification: 'INC-42',
      beneficiary: { teamId: 'T1', userId: 'U2' },
    });
    for (const why of ['INC-42 from:+3h', 'from: bob', 'from +3h'])
      expect(requestIntent(`production-read 2h ${why}`, home)).toEqual({ ...ask, justification: why });
    for (const short of ['production-read 2h from:+3h', 'production-read from:+3h 2h'])
      expect(requestIntent(short, home)).not.toHaveProperty('start');
    expect(requestIntent('production-read 2h from:+3h', home)).toEqual(misused);
  });

  it('a plus between blanks joins several accesses; a name may hold one', () => {
    const words = (...texts: readonly string[]) => texts.map((text) => ({ by: 'text', text }));
    const rest = { duration: '4h', justification: 'INC-42 lag' };
    const [read, also] = [{ by: 'text', text: 'db-reader' }, words('grafana/viewer')];
    expect(requestIntent('db-reader + grafana/viewer 4h INC-42 lag', home)).toEqual({
      ...{ intent: 'request', access: read, also, ...rest },
    });
    expect(requestIntent('db-reader + "a b/c" + x&amp;y <@U2|bob> 4h INC-42 lag', home)).toEqual({
      ...{ intent: 'request', access: read, also: words('a b/c', 'x&y'), ...rest },
      beneficiary: { teamId: 'T1', userId: 'U2' },
    });
    for (const text of ['c++ 4h INC-42 lag', 'a+b 4h INC-42 lag', 'db-reader 4h INC-42 + more', '"a + b" 4h why'])
      expect(requestIntent(text, home)).not.toHaveProperty('also');
    for (const text of ['db-reader + 4h', 'a + b', '+ + +', 'db-reader + grafana 4h'])
      expect(requestIntent(text, home)).toEqual(misused);
  });

  it('a mention names the person to revoke from; a typed name does not', () => {
    const revoke = {
      intent: 'revoke',
      person: { teamId: 'T1', userId: 'U2' },
      access: 'production-read',
      confirmation: null,
    };
    expect(accessIntent('revoke <@U2|bob> production-read', home)).toEqual(revoke);
    expect(accessIntent('revoke <@U2> "production-read"', home)).toEqual(revoke);
    for (const text of [
      'revoke @bob production-read',
      'revoke &lt;@U2&gt; production-read',
      'revoke <@U2|bob>',
      'revoke',
      'remove',
    ]) {
      expect(accessIntent(text, home)).toEqual({ intent: 'misused', command: '/access' });
    }
  });

  it('break-glass names an access and why; what is missing is left empty for the form to ask', () => {
    const glass = (text: string, justification: string) => ({
      intent: 'break_glass',
      access: { by: 'text', text },
      justification,
    });
    expect(accessIntent('break-glass db-reader INC-7 &lt;down&gt;', home)).toEqual(glass('db-reader', 'INC-7 <down>'));
    expect(accessIntent('Break-Glass "my own access" INC-7 ask <@U2|bob>', home)).toEqual(
      glass('my own access', 'INC-7 ask @bob'),
    );
    expect(accessIntent('break-glass db-reader', home)).toEqual(glass('db-reader', ''));
    expect(accessIntent('break-glass', home)).toEqual(glass('', ''));
    expect(accessIntent('break-glasses x', home)).toEqual({ intent: 'misused', command: '/access' });
  });

  it('everyone and everything widen a revocation; in quotes they are the name of an access', () => {
    const revoke = { intent: 'revoke', person: null, access: null, confirmation: null };
    const bob = { teamId: 'T1', userId: 'U2' };
    expect(accessIntent('revoke everything', home)).toEqual(revoke);
    expect(accessIntent('revoke Everyone Everything', home)).toEqual(revoke);
    expect(accessIntent('revoke <@U2|bob> everything', home)).toEqual({ ...revoke, person: bob });
    expect(accessIntent('revoke everyone production-read', home)).toEqual({ ...revoke, access: 'production-read' });
    expect(accessIntent('revoke <@U2> "everything"', home)).toEqual({ ...revoke, person: bob, access: 'everything' });
    for (const text of ['revoke everyone', 'revoke all', 'revoke everything now', 'revoke everyoneproduction-read'])
      expect(accessIntent(text, home)).toEqual({ intent: 'misused', command: '/access' });
  });

  it('explain names a person, an access and maybe a duration, and nothing more', () => {
    const explain = (access: string, duration: string) => ({
      intent: 'explain',
      person: { teamId: 'T1', userId: 'U2' },
      access,
      duration,
    });
    expect(accessIntent('explain <@U2|bob> production-read 4h', home)).toEqual(explain('production-read', '4h'));
    expect(accessIntent(' Explain <@U2>  a&amp;b ', home)).toEqual(explain('a&b', ''));
    expect(accessIntent('explain <@U2> "my own access" 30m', home)).toEqual(explain('my own access', '30m'));
    expect(accessIntent('explain <@U2> “my own access”', home)).toEqual(explain('my own access', ''));
    for (const text of [
      'explain',
      'explain <@U2>',
      'explain production-read 4h',
      'explain @bob production-read 4h',
      'explain &lt;@U2&gt; production-read 4h',
      'explain <@U2> <@U3> production-read 4h',
      'explain <@U2> production-read 4h now',
      'explain <@U2> "my own" 4h now',
      'explained <@U2> production-read',
    ])
      expect(accessIntent(text, home)).toEqual({ intent: 'misused', command: '/access' });
  });

  it('who is who: link, unlink and links', () => {
    expect(accessIntent('link', home)).toEqual({ intent: 'link' });
    expect(accessIntent(' LINKS ', home)).toEqual({ intent: 'links' });
    expect(accessIntent('unlink', home)).toEqual({ intent: 'unlink', person: null });
    const bob = { teamId: home.teamId, userId: 'U2' };
    expect(accessIntent('unlink <@U2|bob>', home)).toEqual({ intent: 'unlink', person: bob });
    for (const text of ['unlink bob', 'unlink &lt;@U2&gt;', 'unlink <@U2> <@U3>', 'linked', 'link <@U2>'])
      expect(accessIntent(text, home)).toEqual({ intent: 'misused', command: '/access' });
  });

  it('nothing and help', () => {
    expect(accessIntent('', home)).toEqual({ intent: 'my_access' });
    expect(accessIntent(' Help ', home)).toEqual({ intent: 'help' });
  });

  it('audit words keep a mention as an id; csv and verify are words of their own', () => {
    expect(auditIntent('')).toEqual({ intent: 'audit', words: '', page: 0 });
    expect(auditIntent('<@U2|bob>  since:7d a&amp;b')).toEqual({
      intent: 'audit',
      words: '<@U2> since:7d a&b',
      page: 0,
    });
    expect(auditIntent('csv state:live')).toEqual({ intent: 'audit_csv', words: 'state:live' });
    expect(auditIntent('state:live CSV')).toEqual({ intent: 'audit_csv', words: 'state:live' });
    expect(auditIntent('verify')).toEqual({ intent: 'audit_verify' });
  });

  it('I20: what somebody typed is no mention in audit words, however much it looks like one', () => {
    for (const typed of ['&lt;@U2&gt;', 'since:7d &lt;@U2|bob&gt;', '&lt;@W2&gt; csv', '<@U2> &lt;@U3&gt;'])
      expect(auditIntent(typed)).toEqual({ intent: 'misused', command: '/access-audit' });
    expect(auditIntent('&amp;lt;@U2&amp;gt; x&lt;@U2&gt;')).toMatchObject({ words: '&lt;@U2&gt; x<@U2>' });
  });
});
