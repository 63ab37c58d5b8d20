import type { EpochMs } from '../domain/ids.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { checkStart, readStart } from '../domain/start.ts';
import type { InboxItem, StartWord } from './intent.ts';
import type { Ports } from './ports.ts';

/**
 * When the lease that somebody asks for is to begin; null: at approval. Words are read in his own time zone, and `+2h`
 * counts from when he asked, however late that is carried out.
 */
export async function startOf(
  ports: Pick<Ports, 'slackPeople'>,
  item: Pick<InboxItem, 'slack' | 'receivedAt'>,
  word: StartWord | undefined,
): Promise<Outcome<{ readonly startsAt: EpochMs | null }>> {
  if (word === undefined) return { ok: true, startsAt: null };
  const start =
    word.by === 'time'
      ? checkStart(word.at, item.receivedAt)
      : readStart(word.text, item.receivedAt, await timeZoneOf(ports, item, word.text));
  if (start.ok) return { ok: true, startsAt: start.at };
  return refuse({ refusal: 'bad_start', asked: word.by === 'time' ? '' : word.text, because: start.because });
}

/** Not asked for where the words do not need it. */
async function timeZoneOf(
  ports: Pick<Ports, 'slackPeople'>,
  { slack }: Pick<InboxItem, 'slack'>,
  text: string,
): Promise<string | null> {
  return text.startsWith('+') ? null : ((await ports.slackPeople.profile(slack))?.timeZone ?? null);
}
