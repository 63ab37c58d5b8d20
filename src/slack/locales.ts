import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Priority } from '../lib/limiter.ts';
import type { Clock } from '../usecases/ports.ts';
import { createPace } from './pace.ts';
import type { Web } from './web.ts';
import type { Catalogue } from './words/catalogue.ts';
import { catalogueOf, languageOf } from './words/languages.ts';
import type { Language } from './words/languages.ts';

/** A dialog is opened within 3 s or not at all. Who waited this long for an answer is spoken to in English. */
export const ANSWER_WITHIN_MS = 1500;
const FRESH_MS = 3_600_000;
/** When Slack is asked again after it did not answer. */
const AGAIN_MS = 10_000;
const PEOPLE_MAX = 10_000;
const METHOD = 'users.info';

/** In which language each person reads. */
export interface Locales {
  /** The words for this person, by the locale set in Slack; English where Slack does not tell in time. Never rejects. */
  of(slack: SlackUser, priority: Priority): Promise<Catalogue>;
}

type Known = { readonly language: Language; readonly until: EpochMs };

export function createLocales(web: Web, clock: Clock, answerWithinMs: number): Locales {
  const pace = createPace(clock);
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Language>>();

  function remember(person: string, language: Language, forMs: number): void {
    known.delete(person);
    known.set(person, { language, until: clock.now() + forMs });
    for (const [oldest] of known) {
      if (known.size <= PEOPLE_MAX) break;
      known.delete(oldest);
    }
  }

  async function read(person: string, slack: SlackUser, priority: Priority): Promise<Language> {
    try {
      const { user } = await pace.run({ method: METHOD, place: person, priority }, () =>
        web.call(METHOD, (client) => client.users.info({ user: slack.userId, include_locale: true })),
      );
      const language = languageOf(user?.locale ?? null);
      remember(person, language, FRESH_MS);
      return language;
    } catch {
      // Already counted by the metrics; nobody has to wait or to be told because of a language.
      const language = known.get(person)?.language ?? 'en';
      remember(person, language, AGAIN_MS);
      return language;
    } finally {
      asking.delete(person);
    }
  }

  /** One look-up for each person at a time. */
  function look(person: string, slack: SlackUser, priority: Priority): Promise<Language> {
    const current = asking.get(person) ?? read(person, slack, priority);
    asking.set(person, current);
    return current;
  }

  return {
    async of(slack, priority) {
      const person = slackAttribute(slack);
      const last = known.get(person);
      if (last !== undefined && clock.now() < last.until) return catalogueOf(last.language);
      const answer = look(person, slack, priority);
      return catalogueOf(last === undefined ? await inTime(answer, answerWithinMs) : last.language);
    },
  };
}

async function inTime(answer: Promise<Language>, withinMs: number): Promise<Language> {
  const answered = new AbortController();
  try {
    return await Promise.race([answer, sleep(withinMs, 'en' as const, { signal: answered.signal })]);
  } finally {
    answered.abort();
  }
}
