import { grantEntry, personActor, requestEntry } from '../../../src/domain/audit-drafts.ts';
import { readEntitlement } from '../../../src/domain/entitlement.ts';
import type { CatalogueItem } from '../../../src/domain/entitlement.ts';
import { planGrant } from '../../../src/domain/grant.ts';
import { openHolding } from '../../../src/domain/holding.ts';
import { grantId } from '../../../src/domain/ids.ts';
import { isAdministrative } from '../../../src/domain/privilege.ts';
import { progress } from '../../../src/domain/request.ts';
import type { AccessRequest, ApprovedRequest } from '../../../src/domain/request.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import type { ApproverGroup, ManagerFound } from '../../../src/usecases/keycloak-port.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import type { Batch } from '../../../src/usecases/store-port.ts';
import { createInboxWorker } from '../../../src/usecases/work-inbox.ts';
import { altered } from './break.ts';
import type { Break } from './break.ts';

/** What goes wrong when people, their clicks and what they ask for are looked at in another way. */
export const decidingBreaks: readonly Break[] = [
  {
    name: 'one-approval-is-enough',
    invariant: 'I12',
    what: 'the first approval makes the lease, whatever the plan asks for',
    ports: (ports, { record }) =>
      altered(ports, 'store', (store) => ({
        commit: (batch) => store.commit(approvedAtOnce(batch, ports, (key) => record.tables.holdings.has(key))),
      })),
  },
  {
    name: 'parts-by-themselves',
    invariant: 'bundle',
    what: 'a part of a bundle becomes a lease as soon as it has its own approvals',
    ports: (ports, { record }) =>
      altered(ports, 'store', (store) => ({
        commit: (batch) => {
          const ready = (batch.requests ?? []).filter(
            (row) =>
              row.state === 'pending' &&
              row.bundle !== null &&
              row.approvals.length > (record.tables.requests.get(row.id)?.approvals.length ?? 0) &&
              progress(row) === null,
          );
          return store.commit(
            ready.reduce((one, row) => approvedAlone(one, row, ports, (key) => record.tables.holdings.has(key)), batch),
          );
        },
      })),
  },
  {
    name: 'any-click-counts',
    invariant: 'I13',
    what: 'a click counts for the request as it is now, whatever its message showed',
    stir: { stale: 4 },
    ports: (ports, { record }) => {
      const asItIsNow = (item: InboxItem): InboxItem => {
        if (item.intent.intent !== 'approve') return item;
        const { requestId } = item.intent;
        const row = record.tables.requests.get(requestId);
        const stage = row?.state === 'pending' ? (progress(row)?.index ?? 0) : 0;
        const card = [...record.tables.posted.values()].find(
          (one) => one.requestId === requestId && one.stage === stage,
        );
        if (row === undefined || card === undefined) return item;
        const message = { channel: card.channel, ts: card.ts };
        return { ...item, intent: { ...item.intent, version: row.version, stage, message } };
      };
      return altered(ports, 'store', (store) => ({
        claimInbox: async (claim) =>
          (await store.claimInbox(claim)).map((lane) => ({ ...lane, items: lane.items.map(asItIsNow) })),
      }));
    },
  },
  {
    name: 'state-from-the-message',
    invariant: 'I15',
    also: ['I13', 'I22', 'I12', 'I16'],
    what: 'what a request is and who approved it is read from the message in Slack, and written back over the record',
    stir: { duel: 2, stale: 2 },
    parts: {
      createInboxWorker: (ports, onDone) =>
        createInboxWorker(
          altered(ports, 'store', (store) => {
            const seen = new Map<string, Awaited<ReturnType<typeof store.request>>>();
            return {
              request: async (id) => {
                const row = seen.get(id) ?? (await store.request(id));
                seen.set(id, row);
                return row;
              },
              commit: async (batch) => {
                const requests = await Promise.all(
                  (batch.requests ?? []).map(async (row) => {
                    const stored = await store.request(row.id);
                    return stored === null ? row : { ...row, revision: stored.revision + 1 };
                  }),
                );
                return store.commit({ ...batch, requests });
              },
            };
          }),
          onDone,
        ),
    },
  },
  {
    name: 'authority-from-a-cache',
    invariant: 'I14',
    what: 'who may approve is read once and remembered',
    stir: { unseats: 6 },
    ports: (ports) =>
      altered(ports, 'directory', (directory) => {
        const groups = new Map<string, ApproverGroup>();
        const kept = <T>(key: string, group: T | ApproverGroup): T | ApproverGroup => {
          if (typeof group === 'object' && group !== null && 'members' in group) groups.set(key, group);
          return group;
        };
        return {
          group: async (word) => groups.get(word) ?? kept(word, await directory.group(word)),
          groupById: async (id) => groups.get(id) ?? kept(id, await directory.groupById(id)),
        };
      }),
  },
  {
    name: 'escalated-from-the-start',
    invariant: 'I12',
    also: ['I29'],
    what: 'the group that a stage may be escalated to decides it like its own, before the time has come',
    stir: { decide: 2 },
    ports: (ports) =>
      altered(ports, 'directory', (directory) => {
        const wider = async <T>(group: T | ApproverGroup): Promise<T | ApproverGroup> => {
          if (typeof group !== 'object' || group === null || !('escalation' in group) || group.escalation === null)
            return group;
          const other = await directory.group(group.escalation.to);
          return typeof other === 'string' ? group : { ...group, members: [...group.members, ...other.members] };
        };
        return {
          group: async (word) => wider(await directory.group(word)),
          groupById: async (id) => wider(await directory.groupById(id)),
        };
      }),
  },
  {
    name: 'manager-from-a-cache',
    invariant: 'I14',
    what: 'who manages somebody is read once and remembered',
    stir: { remanages: 8, decide: 2 },
    ports: (ports) =>
      altered(ports, 'directory', (directory) => {
        const managers = new Map<string, ManagerFound>();
        return {
          managerOf: async (id) => {
            const found = managers.get(id) ?? (await directory.managerOf(id));
            managers.set(id, found);
            return found;
          },
        };
      }),
  },
  {
    name: 'last-write-wins',
    invariant: 'I15',
    also: ['I22', 'I12'],
    what: 'rows are written without a look at their revision',
    ports: (ports, { record }) =>
      altered(ports, 'store', (store) => ({
        commit: (batch) => {
          const requests = (batch.requests ?? []).map((row) => {
            const stored = record.tables.requests.get(row.id);
            return stored === undefined ? row : { ...row, revision: stored.revision + 1 };
          });
          return store.commit({ ...batch, requests });
        },
      })),
  },
  {
    name: 'a-key-for-each-delivery',
    invariant: 'I16',
    what: 'an envelope that Slack delivers again is another one',
    stir: { redeliver: 3 },
    ports: (ports, { chance }) =>
      altered(ports, 'store', (store) => ({
        receive: (item) => store.receive({ ...item, key: `${item.key}/${chance.uuid()}` }),
      })),
  },
  {
    name: 'first-of-two',
    invariant: 'I17',
    what: 'of two people with one e-mail the first is taken',
    stir: { doubles: 5 },
    ports: (ports) =>
      altered(ports, 'directory', (directory) => ({
        byEmail: async (email) => (await directory.byEmail(email)).slice(0, 1),
      })),
  },
  {
    name: 'trusts-the-catalogue',
    invariant: 'I18',
    what: 'what a resource gives through its parents and composites is not looked at',
    stir: { empowers: 5 },
    ports: (ports) =>
      altered(ports, 'catalogue', (catalogue) => ({
        effectiveRoles: async (resource) => {
          const effective = await catalogue.effectiveRoles(resource);
          return {
            known: true,
            roles: effective.known ? effective.roles.filter((role) => !isAdministrative(role)) : [],
          };
        },
      })),
  },
  {
    name: 'glass-for-anything',
    invariant: 'I12',
    what: 'whatever can be asked for can be taken at once',
    stir: { glass: 4 },
    ports: (ports) =>
      altered(ports, 'catalogue', (catalogue) => {
        const marked = (item: CatalogueItem): CatalogueItem =>
          item.requestable ? { ...item, entitlement: { ...item.entitlement, breakGlass: true } } : item;
        return {
          list: async () => (await catalogue.list()).map(marked),
          read: async (resource) => {
            const item = await catalogue.read(resource);
            return item === null ? null : marked(item);
          },
        };
      }),
  },
  {
    name: 'leavers-keep-their-leases',
    invariant: 'I30',
    what: 'nobody looks whether those who hold something are still members, and what Slack says of it is passed over',
    stir: { leaves: 6, ask: 2 },
    parts: {
      findLeavers: () => Promise.resolve(0),
      createInboxWorker: (ports, onDone) =>
        createInboxWorker(
          {
            ...ports,
            slackPeople: {
              ...ports.slackPeople,
              profile: async (slack) => {
                const profile = await ports.slackPeople.profile(slack);
                return profile === null ? null : { ...profile, deleted: false, guest: false };
              },
            },
          },
          onDone,
        ),
    },
  },
  {
    name: 'offers-approver-groups',
    invariant: 'I19',
    what: 'a seat among approvers can be asked for like any access',
    ports: (ports, { keycloak }) =>
      altered(ports, 'catalogue', (catalogue) => {
        const seat = (): readonly CatalogueItem[] => {
          const thing = keycloak.things.get('/approvers/platform');
          const attributes = { requestable: ['true'], risk: ['low'], 'approver-group': ['/approvers/security'] };
          return thing === undefined ? [] : [readEntitlement(thing.resource, '', attributes, 60)];
        };
        return {
          list: async () => [...(await catalogue.list()), ...seat()],
          read: async (resource) =>
            (await catalogue.read(resource)) ??
            seat().find((item) => item.requestable && item.entitlement.resource.id === resource.id) ??
            null,
        };
      }),
  },
];

function approvedAlone(batch: Batch, row: AccessRequest, ports: Ports, isKnown: (key: string) => boolean): Batch {
  const others = (batch.requests ?? []).filter((one) => one !== row);
  const audit = batch.audit.filter((draft) => draft.requestId !== row.id);
  const alone = approvedAtOnce(
    { requests: [row], audit: batch.audit.filter((draft) => draft.requestId === row.id) },
    ports,
    isKnown,
  );
  return {
    ...batch,
    requests: [...others, ...(alone.requests ?? [])],
    grants: [...(batch.grants ?? []), ...(alone.grants ?? [])],
    holdings: [...(batch.holdings ?? []), ...(alone.holdings ?? [])],
    audit: [...audit, ...alone.audit],
  };
}

function approvedAtOnce(batch: Batch, ports: Ports, isKnown: (key: string) => boolean): Batch {
  const [row] = batch.requests ?? [];
  const last = row?.approvals.at(-1);
  if (row?.state !== 'pending' || last === undefined || batch.grants !== undefined) return batch;
  if (!batch.audit.some((draft) => draft.kind === 'request.approval')) return batch;
  const { leaseSeconds, by, at } = last;
  const approved: ApprovedRequest = { ...row, state: 'approved', decidedAt: at, leaseSeconds };
  const grant = planGrant(grantId(ports.ids.uuid()), approved);
  const { beneficiary, resource, realm } = row;
  const holding = openHolding(realm, beneficiary.userId, beneficiary.username, resource, at);
  const actor = personActor(by);
  return {
    ...batch,
    requests: [approved],
    grants: [grant],
    holdings: isKnown(holding.key) ? [] : [holding],
    audit: [requestEntry('request.approved', approved, actor, at), grantEntry('grant.planned', grant, actor, at)],
  };
}
