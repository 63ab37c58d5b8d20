import type { AuditRow } from '../../../src/store/chain.ts';
import { altered } from './break.ts';
import type { Break } from './break.ts';

/** What goes wrong when things are written down, or told, in another way. */
export const recordingBreaks: readonly Break[] = [
  {
    name: 'audit-afterwards',
    invariant: 'I22',
    what: 'rows are written first, and their audit entries in a second write',
    ports: (ports) =>
      altered(ports, 'store', (store) => ({
        commit: async ({ audit, ...batch }) => {
          const result = await store.commit({ ...batch, audit: [] });
          if (result === 'committed' && audit.length > 0) await store.commit({ audit });
          return result;
        },
      })),
  },
  {
    name: 'acknowledges-first',
    invariant: 'I23',
    what: 'Slack has its acknowledgement before the envelope is written down',
    stir: { storeAway: 3 },
    door: 'ack first',
  },
  {
    name: 'edits-the-past',
    invariant: 'I25',
    what: 'somebody changes an entry of the audit in the database',
    ports: (ports, { record, chance }) =>
      altered(ports, 'store', (store) => ({
        commit: async (batch) => {
          const result = await store.commit(batch);
          const chain = record.chain as AuditRow[];
          const at = chance.below(chain.length);
          const row = chain[at];
          if (row !== undefined && chance.happens(0.02))
            chain[at] = { ...row, entry: row.entry.replace(/"at":(\d+)/, (_, ms: string) => `"at":${Number(ms) + 1}`) };
          return result;
        },
      })),
  },
  {
    name: 'tells-the-why',
    invariant: 'I28',
    what: "a request's justification is copied into the audit",
    ports: (ports) =>
      altered(ports, 'store', (store) => ({
        commit: (batch) => {
          const why = batch.requests?.[0]?.justification ?? '';
          const audit = batch.audit.map((draft) =>
            draft.kind === 'request.submitted' ? { ...draft, data: { ...draft.data, why } } : draft,
          );
          return store.commit({ ...batch, audit });
        },
      })),
  },
  {
    name: 'fire-and-forget',
    invariant: 'I29',
    what: 'words to a person are sent once, and what Slack answers is not looked at',
    stir: { slackAway: 6 },
    ports: (ports) =>
      altered(ports, 'conversation', (conversation) => ({
        sendPrivate: (reply, words) => conversation.sendPrivate(reply, words).catch(() => undefined),
      })),
  },
  {
    name: 'draws-once',
    invariant: 'I29',
    what: 'a Home is drawn when it is opened, and never again',
    stir: { openHome: 6 },
    ports: (ports) =>
      altered(ports, 'conversation', (conversation) => ({
        publishHome: (slack, home, priority) =>
          priority === 'background' ? Promise.resolve() : conversation.publishHome(slack, home, priority),
      })),
  },
  {
    name: 'draws-for-good-measure',
    invariant: 'I29',
    what: 'a Home is published again and again, whether or not something changed',
    stir: { openHome: 6 },
    ports: (ports) =>
      altered(ports, 'conversation', (conversation) => ({
        publishHome: async (slack, home, priority) => {
          for (let count = 0; count < 5; count++) await conversation.publishHome(slack, home, priority);
        },
      })),
  },
  {
    name: 'everybody-speaks',
    invariant: 'I29',
    what: 'replicas send what is queued without sharing it out',
    ports: (ports, { record }) =>
      altered(ports, 'store', (store) => ({
        claimMessages: (claim) => {
          const leases = record.leases as Map<string, unknown>;
          for (const [name, { replica }] of record.leases)
            if (replica !== null && replica !== claim.replica && !name.startsWith('inbox ') && !name.startsWith('job '))
              leases.delete(name);
          return store.claimMessages(claim);
        },
      })),
  },
];
