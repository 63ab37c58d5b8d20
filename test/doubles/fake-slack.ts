import type { Alarm, Digest, Posted, ReplyTo, ThreadLine } from '../../src/domain/message.ts';
import type { SlackProfile, SlackUser } from '../../src/domain/people.ts';
import type { RequestId } from '../../src/domain/ids.ts';
import { CodedError } from '../../src/lib/errors.ts';
import type { PartSeen } from '../../src/usecases/intent.ts';
import type { Conversation, SlackPeople } from '../../src/usecases/slack-port.ts';
import { openParts } from '../../src/usecases/views.ts';
import type { CardView, GateView, HomeView, TeamView, Words } from '../../src/usecases/views.ts';
import { createFaults } from './fake-faults.ts';
import type { Faults } from './fake-faults.ts';

export const TEAM = 'T0ACME';
/** The channel of somebody's direct messages. */
export const directOf = (userId: string): string => `D${userId}`;
const RETRY_AFTER_MS = 7000;

/** A message as people see it now. `buttons`: what its controls would send, null when it has none. */
export type Shown = Posted & {
  readonly kind: 'card' | 'line';
  readonly thread: string | null;
  readonly card: CardView | null;
  readonly line: ThreadLine | null;
  readonly buttons: Buttons | null;
};
/** `also`: the other parts of a bundle that they decide. */
type Buttons = {
  readonly requestId: RequestId;
  readonly version: number;
  readonly stage: number;
  readonly also?: readonly PartSeen[];
};
export type Told = { readonly slack: SlackUser; readonly reply: ReplyTo; readonly words: Words };

export type FakeSlack = {
  readonly faults: Faults;
  readonly people: SlackPeople;
  readonly conversation: Conversation;
  /** In the order they were posted. */
  readonly messages: readonly Shown[];
  readonly privates: readonly Told[];
  /** Messages that tell how an ask for many people goes, as they are now. */
  readonly teams: readonly (Posted & { readonly slack: SlackUser; readonly team: TeamView })[];
  /** The cards of gates as they are now. */
  readonly gates: readonly (Posted & { readonly view: GateView })[];
  readonly alarms: readonly Alarm[];
  readonly digests: readonly { readonly channel: string; readonly digest: Digest }[];
  /** Every Home that was published, oldest first. */
  readonly homes: readonly { readonly slack: SlackUser; readonly home: HomeView }[];
  readonly files: readonly { readonly slack: SlackUser; readonly content: string }[];
  person(name: string, facts?: Partial<SlackProfile>): SlackProfile;
  /** A channel the bot is in, or no longer is. */
  channel(id: string, member?: boolean): void;
};

const buttonsOf = (card: CardView | null): Shown['buttons'] => {
  if (card === null) return null;
  const [first, ...also] = openParts(card).map(({ request: { id, version }, stage }) => ({
    requestId: id,
    version,
    stage,
  }));
  if (first === undefined) return null;
  return card.bundle === null ? first : { ...first, also };
};

/** A workspace in memory behind the two ports, which goes wrong on demand. */
export function fakeSlack(): FakeSlack {
  const faults = createFaults();
  const profiles = new Map<string, SlackProfile>();
  const channels = new Map<string, boolean>();
  const messages: Shown[] = [];
  const privates: Told[] = [];
  const teams: (Posted & { slack: SlackUser; team: TeamView })[] = [];
  const gates: (Posted & { view: GateView })[] = [];
  const alarms: Alarm[] = [];
  const digests: { channel: string; digest: Digest }[] = [];
  const homes: { slack: SlackUser; home: HomeView }[] = [];
  const files: { slack: SlackUser; content: string }[] = [];
  /** Where each message stands among them. */
  const places = new Map<string, number>();
  let serial = 0;

  const act = async <T>(call: string, work: () => T): Promise<T> => {
    const fault = await faults.meet(call);
    if (fault === 'limited') throw new CodedError('slack_rate_limited', call, { retryAfterMs: RETRY_AFTER_MS });
    if (fault === 'forbidden') throw new CodedError('slack_refused', `${call}: channel_not_found`);
    if (fault === 'lost') work();
    if (fault !== null) throw new CodedError('slack_unavailable', call);
    return work();
  };
  const post = (channel: string, rest: Omit<Shown, 'channel' | 'ts'>): Posted => {
    const ts = `${1_767_225_600 + ++serial}.000100`;
    places.set(`${channel} ${ts}`, messages.push({ channel, ts, ...rest }) - 1);
    return { channel, ts };
  };
  const change = (posted: Posted, facts: Partial<Shown>): void => {
    const index = places.get(`${posted.channel} ${posted.ts}`) ?? -1;
    const known = messages[index];
    if (known !== undefined) messages[index] = { ...known, ...facts };
  };

  return {
    faults,
    messages,
    privates,
    teams,
    gates,
    alarms,
    digests,
    homes,
    files,
    people: {
      homeTeamId: () => TEAM,
      homeTeamName: () => 'Acme',
      byEmail: (email) =>
        act('byEmail', () => [...profiles.values()].find((profile) => profile.email === email)?.slack ?? null),
      profile: (slack) => act('profile', () => profiles.get(`${slack.teamId}/${slack.userId}`) ?? null),
    },
    conversation: {
      postCard: (channel, card) =>
        act('postCard', () =>
          post(channel, { kind: 'card', thread: null, card, line: null, buttons: buttonsOf(card) }),
        ),
      updateCard: (posted, card) => act('updateCard', () => change(posted, { card, buttons: buttonsOf(card) })),
      postLine: (thread, line, card) =>
        act('postLine', () =>
          post(thread.channel, { kind: 'line', thread: thread.ts, card, line, buttons: buttonsOf(card) }),
        ),
      postGate: (channel, view) =>
        act('postGate', () => {
          const posted = { channel, ts: `${1_767_225_600 + ++serial}.000100` };
          gates.push({ ...posted, view });
          return posted;
        }),
      updateGate: (posted, view) =>
        act('updateGate', () => {
          const index = gates.findIndex(({ channel, ts }) => channel === posted.channel && ts === posted.ts);
          if (index !== -1) gates[index] = { ...posted, view };
        }),
      retireLine: (posted, line) => act('retireLine', () => change(posted, { line, buttons: null })),
      postDigest: (channel, digest) => act('postDigest', () => void digests.push({ channel, digest })),
      sendPrivate: (reply, words) => act('sendPrivate', () => void privates.push({ slack: reply.slack, reply, words })),
      tellTeam: (slack, told, team) =>
        act('tellTeam', () => {
          const known = teams.findIndex(({ ts }) => ts === told?.ts);
          const posted = told ?? { channel: `D${slack.userId}`, ts: `${1_767_225_600 + ++serial}.000100` };
          teams.splice(known === -1 ? teams.length : known, known === -1 ? 0 : 1, { ...posted, slack, team });
          return posted;
        }),
      publishHome: (slack, home) => act('publishHome', () => void homes.push({ slack, home })),
      sendFile: (slack, { content }) => act('sendFile', () => void files.push({ slack, content })),
      alarm: (alarm) => act('alarm', () => void alarms.push(alarm)),
      resolveChannel: (channel) => act('resolveChannel', () => (channels.get(channel) === true ? channel : null)),
      directChannel: (slack) => act('directChannel', () => directOf(slack.userId)),
      timeoutMs: 10_000,
    },
    person: (name, facts = {}) => {
      const slack = facts.slack ?? { teamId: TEAM, userId: `U${name.toUpperCase()}` };
      const profile: SlackProfile = {
        slack,
        name,
        deleted: false,
        bot: false,
        guest: false,
        email: `${name}@acme.example`,
        emailConfirmed: true,
        timeZone: 'Europe/Berlin',
        ...facts,
      };
      profiles.set(`${slack.teamId}/${slack.userId}`, profile);
      return profile;
    },
    channel: (id, member = true) => void channels.set(id, member),
  };
}
