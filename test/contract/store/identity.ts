import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import { unlink } from '../../../src/domain/link.ts';
import type { LiveLink } from '../../../src/domain/link.ts';
import { prove, sendTo, spend, withCode, wrongCode } from '../../../src/domain/sign-in.ts';
import type { CodedSignIn, OfferedSignIn } from '../../../src/domain/sign-in.ts';
import type { Batch } from '../../../src/usecases/store-port.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import { aLink, aProof, aSignIn, aVisit } from '../../builders/identity.ts';
import { aDraft } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const ELSEWHERE = 'another-realm';

/** Who is who: sign-ins, and the links that come of them. */
export function identityContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const commit = (batch: Omit<Batch, 'audit'>) => harness.store.commit({ ...batch, ...bare });

  describe('sign-ins', () => {
    /** Brings one to the code that is to be typed, and records each step. */
    async function coded(offered: OfferedSignIn): Promise<CodedSignIn> {
      const sent = sendTo(offered, aVisit(), START + 1);
      const proven = prove(sent, { cookieHash: 'cookie', proof: aProof() });
      const last = withCode(proven, 'code');
      for (const step of [offered, sent, proven, last]) expect(await commit({ signIns: [step] })).toBe('committed');
      return last;
    }

    it('one is read back as it was at every step', async () => {
      const { store } = harness;
      const offered = aSignIn({
        purpose: {
          purpose: 'approve',
          parts: [{ requestId: aRequest().id, version: 2, digest: 'd'.repeat(64), stage: 0 }],
          message: { channel: 'C1', ts: '1.2' },
          leaseSeconds: null,
          acr: ['gold', 'phishing-resistant'],
        },
      });
      expect(await store.signIn(offered.id)).toBeNull();
      const sent = sendTo(offered, aVisit(), START + 1);
      const proof = aProof({ email: null, acr: 'gold' });
      const proven = prove(sent, { cookieHash: 'cookie', proof });
      for (const step of [offered, sent, proven, spend(proven)]) {
        expect(await commit({ signIns: [step] })).toBe('committed');
        expect(await store.signIn(offered.id)).toEqual(step);
      }
    });

    it('of two writes on one revision the second conflicts and changes nothing', async () => {
      const { store } = harness;
      const offered = aSignIn();
      await commit({ signIns: [offered] });
      const [first, second] = [sendTo(offered, aVisit(), START), sendTo(offered, aVisit(), START)];
      const [link, request] = [aLink(), aRequest()];
      const writes = [{ signIns: [first] }, { signIns: [second], links: [link], requests: [request] }];
      const outcomes = writes.map((write) => store.commit({ ...write, audit: [aDraft()] }));
      expect(await Promise.all(outcomes)).toEqual(['committed', 'conflict']);
      expect(await store.signIn(offered.id)).toEqual(first);
      expect(await store.linkOf(link.person.slack)).toBeNull();
      expect(await store.request(request.id)).toBeNull();
      expect(await commit({ signIns: [aSignIn({ id: offered.id })] })).toBe('conflict');
    });

    it('a browser that comes back is known by its state, until it has come', async () => {
      const { store } = harness;
      const offered = aSignIn();
      const [given, again] = [aVisit(), aVisit()];
      const sent = sendTo(offered, given, START + 1);
      await commit({ signIns: [offered, aSignIn()] });
      expect(await store.signInSent(given.state)).toBeNull();
      await commit({ signIns: [sent] });
      expect(await store.signInSent(given.state)).toEqual(sent);
      const anew = sendTo(sent, again, START + 2);
      await commit({ signIns: [anew] });
      expect(await store.signInSent(given.state)).toBeNull();
      expect(await store.signInSent(again.state)).toEqual(anew);
      await commit({ signIns: [prove(anew, { cookieHash: 'cookie', proof: aProof() })] });
      expect(await store.signInSent(again.state)).toBeNull();
    });

    it('of those that wait for their code the account’s newest one is found, until it is used up', async () => {
      const { store } = harness;
      const { slack } = aPerson();
      expect(await store.signInCoded(slack)).toBeNull();
      const newest = await coded(aSignIn({ slack, createdAt: START + 5 }));
      const older = await coded(aSignIn({ slack, createdAt: START + 4 }));
      await coded(aSignIn({ createdAt: START + 9 }));
      await commit({ signIns: [aSignIn({ slack, createdAt: START + 9 })] });
      expect(await store.signInCoded(slack)).toEqual(newest);
      const tried = wrongCode(newest);
      await commit({ signIns: [tried] });
      expect(await store.signInCoded(slack)).toEqual(tried);
      await commit({ signIns: [spend(tried)] });
      expect(await store.signInCoded(slack)).toEqual(older);
    });

    it('are counted for each account from a time on, whatever has become of them', async () => {
      const { store } = harness;
      const { slack } = aPerson();
      const [early, late] = [aSignIn({ slack }), aSignIn({ slack, createdAt: START + 5 })];
      await commit({ signIns: [early, late, aSignIn({ createdAt: START + 9 })] });
      await commit({ signIns: [spend(late)] });
      expect(await store.countSignIns(slack, START)).toBe(2);
      expect(await store.countSignIns(slack, START + 1)).toBe(1);
      expect(await store.countSignIns(slack, START + 5)).toBe(1);
      expect(await store.countSignIns(slack, START + 6)).toBe(0);
    });

    it('are forgotten once they have been over for long enough, and not written any more', async () => {
      const { store } = harness;
      const { slack } = aPerson();
      const [over, just] = [aSignIn({ slack, expiresAt: START + 4 }), aSignIn({ slack, expiresAt: START + 5 })];
      await commit({ signIns: [over, just] });
      await store.forgetSignIns(START + 5);
      expect(await store.signIn(over.id)).toBeNull();
      expect(await store.signIn(just.id)).toEqual(just);
      expect(await store.countSignIns(slack, START)).toBe(1);
      expect(await commit({ signIns: [spend(over)] })).toBe('conflict');
    });

    it('of another realm are not seen, nor forgotten', async () => {
      const { store } = harness;
      const theirs = await coded(aSignIn({ realm: ELSEWHERE }));
      const visit = aVisit();
      const offered = aSignIn({ realm: ELSEWHERE });
      const sent = sendTo(offered, visit, START);
      for (const step of [offered, sent]) await commit({ signIns: [step] });
      expect(await store.signIn(theirs.id)).toBeNull();
      expect(await store.signInSent(visit.state)).toBeNull();
      expect(await store.signInCoded(theirs.slack)).toBeNull();
      expect(await store.countSignIns(theirs.slack, START)).toBe(0);
      await store.forgetSignIns(theirs.expiresAt + 1);
      expect(await commit({ signIns: [spend(theirs)] })).toBe('committed');
    });
  });

  describe('links', () => {
    const byId = (links: readonly LiveLink[]) => links.toSorted((a, b) => (a.id < b.id ? -1 : 1));

    it('one is read back as it was, by either side, until it ends', async () => {
      const { store } = harness;
      const [link, other] = [aLink({ acr: 'gold', signedInAt: START - 5 }), aLink()];
      expect(await store.linkOf(link.person.slack)).toBeNull();
      await commit({ links: [link, other] });
      expect(await store.linkOf(link.person.slack)).toEqual(link);
      const users = [link.person.userId, other.person.userId, keycloakUserId('nobody')];
      expect(byId(await store.linksTo(users))).toEqual(byId([link, other]));
      expect(await store.linksTo([])).toEqual([]);
      expect(await commit({ links: [unlink(link, 'self', START + 9)] })).toBe('committed');
      expect(await store.linkOf(link.person.slack)).toBeNull();
      expect(await store.linksTo(users)).toEqual([other]);
    });

    it('I17: a second live link of the same Slack account or the same Keycloak user conflicts, and nothing of its write stays', async () => {
      const { store } = harness;
      const link = aLink();
      await commit({ links: [link] });
      const { slack, userId } = link.person;
      for (const person of [link.person, { ...aPerson(), slack }, { ...aPerson(), userId }]) {
        const signIn = aSignIn();
        expect(await commit({ signIns: [signIn], links: [aLink({ person })] })).toBe('conflict');
        expect(await store.signIn(signIn.id)).toBeNull();
      }
      expect(await store.liveLinks('', 9)).toEqual([link]);
    });

    it('I17: one that has ended stands in nobody’s way, not even in the write that ends it', async () => {
      const { store } = harness;
      const link = aLink();
      await commit({ links: [link] });
      const ended = unlink(link, 'admin', START + 1);
      const [successor, newcomer] = [aLink({ person: link.person }), aLink({ person: link.person })];
      expect(await commit({ links: [successor, ended] })).toBe('committed');
      expect(await store.linkOf(link.person.slack)).toEqual(successor);
      await commit({ links: [unlink(successor, 'left', START + 2)] });
      expect(await commit({ links: [newcomer] })).toBe('committed');
      expect(await store.linksTo([link.person.userId])).toEqual([newcomer]);
    });

    it('I17: one that is made over to somebody who has one conflicts', async () => {
      const { store } = harness;
      const [one, two] = [aLink(), aLink()];
      await commit({ links: [one, two] });
      const request = aRequest();
      const taken = { ...two, person: { ...two.person, userId: one.person.userId }, revision: 2 };
      expect(await commit({ requests: [request], links: [taken] })).toBe('conflict');
      expect(await store.request(request.id)).toBeNull();
      expect(await store.linkOf(two.person.slack)).toEqual(two);
    });

    it('of two writes on one revision the second conflicts', async () => {
      const link = aLink();
      await commit({ links: [link] });
      const ends = (['self', 'admin'] as const).map((by) => commit({ links: [unlink(link, by, START)] }));
      expect(await Promise.all(ends)).toEqual(['committed', 'conflict']);
    });

    it('I17: of many that race for one Keycloak user, or for one Slack account, one is made', async () => {
      const { store } = harness;
      const person = aPerson();
      const race = (rivals: readonly LiveLink[]) => Promise.all(rivals.map((link) => commit({ links: [link] })));
      const won = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome === 'committed');
      const ofUser = Array.from({ length: 9 }, () => aLink({ person: { ...aPerson(), userId: person.userId } }));
      expect(won(await race(ofUser))).toHaveLength(1);
      expect(await store.linksTo([person.userId])).toHaveLength(1);
      const ofSlack = Array.from({ length: 9 }, () => aLink({ person: { ...aPerson(), slack: person.slack } }));
      expect(won(await race(ofSlack))).toHaveLength(1);
      expect(await store.linkOf(person.slack)).not.toBeNull();
    });

    it('that hold are listed by id, page after page', async () => {
      const { store } = harness;
      const links = byId(Array.from({ length: 5 }, () => aLink()));
      const ended = aLink();
      await commit({ links: [...links.toReversed(), ended] });
      await commit({ links: [unlink(ended, 'disabled', START)] });
      expect(await store.liveLinks('', 9)).toEqual(links);
      expect(await store.liveLinks('', 2)).toEqual(links.slice(0, 2));
      expect(await store.liveLinks(links[1]?.id ?? '', 2)).toEqual(links.slice(2, 4));
      expect(await store.liveLinks(links[4]?.id ?? '', 2)).toEqual([]);
    });

    it('of another realm are not seen, and stand in nobody’s way', async () => {
      const { store } = harness;
      const theirs = aLink({ realm: ELSEWHERE });
      await commit({ links: [theirs] });
      expect(await store.linkOf(theirs.person.slack)).toBeNull();
      expect(await store.linksTo([theirs.person.userId])).toEqual([]);
      expect(await store.liveLinks('', 9)).toEqual([]);
      const ours = aLink({ person: theirs.person });
      expect(await commit({ links: [ours] })).toBe('committed');
      expect(await store.linkOf(ours.person.slack)).toEqual(ours);
    });
  });
}
