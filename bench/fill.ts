import type { AuditDraft } from '../src/domain/audit.ts';
import type { EndedGrant } from '../src/domain/grant.ts';
import { openHolding } from '../src/domain/holding.ts';
import { grantId, keycloakUserId, requestId, resourceId } from '../src/domain/ids.ts';
import { linkEntry } from '../src/store/chain.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { aLiveGrant } from '../test/builders/domain.ts';
import { REALM, literal } from './engines.ts';
import type { Engine } from './engines.ts';

const FAR_MS = 30 * 86_400_000;
const PEOPLE = 200;
const PATHS = 50;
const ENTRIES_AT_ONCE = 2000;

/**
 * Grants `from` to `to`, each with a holding of its own, by one statement: one in `liveEvery` is live, of these the first
 * `due` are due and the others much later; all others have ended.
 */
export async function fillGrants(
  engine: Engine,
  {
    from,
    to,
    liveEvery,
    due,
    realm = REALM,
  }: {
    readonly from: number;
    readonly to: number;
    readonly liveEvery: number;
    readonly due: number;
    readonly realm?: string;
  },
): Promise<void> {
  const now = Date.now();
  // `@` stands for the number of the row.
  const person = { userId: keycloakUserId('user-@'), username: 'user-@', slack: { teamId: 'T0', userId: 'U@' } };
  const resource = { kind: 'group', id: resourceId('thing'), path: '/thing', clientUuid: null } as const;
  const facts = { realm, id: grantId('grant-@'), requestId: requestId('request-@'), person, resource };
  const live = aLiveGrant({ ...facts, liveAt: now, leaseSeconds: FAR_MS / 1000 });
  const expired = aLiveGrant({ ...facts, liveAt: now - 3_601_000 });
  const ended: EndedGrant = { ...expired, state: 'ended', endedAt: now, endedBy: 'expiry' };
  const holding = {
    ...openHolding(realm, person.userId, person.username, resource, now),
    ...{ owned: true, epoch: undefined, rowLease: undefined, nextLookAt: undefined }, // these have columns of their own
  };
  const i = `(n.i + ${from - 1})`;
  const isLive = `${i} % ${liveEvery} = 0`;
  const isDue = `${i} <= ${due * liveEvery}`;
  const body = (value: unknown): string =>
    engine.json(`replace(${literal(JSON.stringify(value))}, '@', CAST(${i} AS TEXT))`);
  const numbers = engine.numbers(to - from + 1);
  await engine.sql(`
    ${numbers} INSERT INTO grants (id, revision, body)
      SELECT 'grant-' || ${i}, 1,
        CASE WHEN NOT (${isLive}) THEN ${body(ended)} WHEN ${isDue} THEN ${body(expired)} ELSE ${body(live)} END FROM n;
    ${numbers} INSERT INTO holdings (key, revision, epoch, next_look_at, body)
      SELECT '${realm}/user-' || ${i} || '/group/thing', 1, 0,
        CASE WHEN NOT (${isLive}) THEN NULL WHEN ${isDue} THEN ${expired.expiresAt} ELSE ${live.expiresAt} END,
        ${body(holding)} FROM n;`);
}

/** Goes on with the chain until it has `to` entries, many at a time. */
export async function fillAudit(engine: Engine, store: Store, to: number, realm = REALM): Promise<void> {
  let head = await store.auditHead();
  while (head.seq < to) {
    const rows: string[] = [];
    while (rows.length < ENTRIES_AT_ONCE && head.seq < to) {
      const row = linkEntry(draft(head.seq + 1), realm, head);
      rows.push(`(${row.seq}, ${literal(row.entry)}, ${literal(row.hash)})`);
      head = row;
    }
    await engine.sql(`BEGIN; INSERT INTO audit (seq, entry, hash) VALUES ${rows.join(', ')};
      UPDATE meta SET audit_seq = ${head.seq}, audit_hash = ${literal(head.hash)}; COMMIT;`);
  }
}

function draft(seq: number): AuditDraft {
  const who = seq % PEOPLE;
  return {
    kind: 'grant.live',
    at: seq,
    actor: { kind: 'person', userId: `user-${who}`, username: `u${who}`, slack: `T0/U${who}` },
    subject: { userId: `user-${who}`, username: `u${who}` },
    resource: { kind: 'group', id: resourceId('thing'), path: `/path-${seq % PATHS}`, clientUuid: null },
    requestId: requestId(`request-${seq}`),
    grantId: grantId(`grant-${seq}`),
    correlationId: `correlation-${seq}`,
    data: { effectiveUntil: seq + 3_600_000 },
  };
}
