/** What this tab knows: the last snapshot, who one is, and where one looks. */
export const store = {
  me: new URLSearchParams(location.search).get('as'),
  snapshot: null,
  isLive: false,
  channelId: null,
  threadTs: null,
  homeTab: 'home',
};

const readKey = () => `read ${store.me}`;
let read = JSON.parse(sessionStorage.getItem(readKey()) ?? '{}');

export function person(id) {
  return store.snapshot?.people.find((one) => one.id === id);
}

export function channel(id) {
  return store.snapshot?.channels.find((one) => one.id === id);
}

export function currentChannel() {
  return channel(store.channelId) ?? store.snapshot.channels.find((one) => one.isMember) ?? store.snapshot.channels[0];
}

/** Messages and ephemerals together, as they came; of a thread, or of the channel without its threads. */
export function timeline(where, threadTs) {
  const mine = store.snapshot.ephemerals
    .filter((one) => one.channelId === where.id)
    .map((one) => ({ ...one, isEphemeral: true }));
  const belongs = (one) =>
    threadTs === null
      ? one.threadTs === undefined || one.threadTs === one.ts
      : one.ts === threadTs || one.threadTs === threadTs;
  return [...where.messages, ...mine].filter(belongs).sort((a, b) => Number(a.ts) - Number(b.ts));
}

export function replies(where, ts) {
  return where.messages.filter((one) => one.threadTs === ts && one.ts !== ts);
}

export function markRead(id) {
  const last = latest(id);
  if (read[id] === last) return;
  read = { ...read, [id]: last };
  sessionStorage.setItem(readKey(), JSON.stringify(read));
}

/** What was there when the tab opened counts as read. */
export function markAllRead() {
  for (const one of store.snapshot.channels) if (read[one.id] === undefined) markRead(one.id);
}

export function unread(where) {
  if (!where.isMember) return 0;
  const since = Number(read[where.id] ?? 0);
  return timeline(where, null).filter((one) => Number(one.ts) > since && one.userId !== store.me).length;
}

function latest(id) {
  return timeline(channel(id), null).at(-1)?.ts ?? '0';
}

/** Posts an act; never throws: what went wrong comes back as `{ok: false, error}`. */
export async function act(body) {
  try {
    const response = await fetch(`/page/act?as=${encodeURIComponent(store.me)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: 'the sandbox is not running' };
  }
}
