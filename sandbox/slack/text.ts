/** A piece of a message's text, as Slack's parser sees it (docs.slack.dev, "Formatting message text"). */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'user' | 'channel' | 'usergroup'; readonly id: string; readonly label?: string }
  | { readonly kind: 'broadcast'; readonly range: string; readonly label?: string }
  | {
      readonly kind: 'date';
      readonly atSeconds: number;
      readonly format: string;
      readonly url?: string;
      readonly fallback: string;
    }
  | { readonly kind: 'link'; readonly url: string; readonly label?: string };

const entity = /<([^<>]*)>/g;

function parseText(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(entity)) {
    const token = entityOf(match[1] ?? '');
    if (token === undefined) continue;
    if (match.index > end) tokens.push({ kind: 'text', text: text.slice(end, match.index) });
    tokens.push(token);
    end = match.index + match[0].length;
  }
  if (end < text.length) tokens.push({ kind: 'text', text: text.slice(end) });
  return tokens;
}

function entityOf(inside: string): Token | undefined {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? {} : { label: inside.slice(bar + 1) };
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { kind: 'user', id: target.slice(1), ...label };
  if (/^#[CG][A-Z0-9]+$/.test(target)) return { kind: 'channel', id: target.slice(1), ...label };
  if (target.startsWith('!subteam^')) return { kind: 'usergroup', id: target.slice(9), ...label };
  if (target.startsWith('!date^')) return dateOf(target, label.label);
  if (/^!(channel|here|everyone)$/.test(target)) return { kind: 'broadcast', range: target.slice(1), ...label };
  if (/^(https?:\/\/|mailto:|tel:)/.test(target)) return { kind: 'link', url: target, ...label };
  return undefined;
}

function dateOf(target: string, fallback = ''): Token | undefined {
  const [, at = '', format = '', url] = target.split('^');
  if (!/^\d+$/.test(at) || format === '') return undefined;
  return { kind: 'date', atSeconds: Number(at), format, ...(url === undefined ? {} : { url }), fallback };
}

export function broadcastsIn(text: string): readonly string[] {
  return parseText(text).flatMap((token) => (token.kind === 'broadcast' ? [token.range] : []));
}

export function datesWithoutFallback(text: string): readonly string[] {
  return (text.match(/<!date\^[^<>]*>/g) ?? []).filter((date) => !/\|[^>]+>$/.test(date));
}

/** How Slack stores text: `&`, `<` and `>` that are no part of an entity become `&amp;`, `&lt;` and `&gt;`. */
export function canonicalText(text: string): string {
  let end = 0;
  let stored = '';
  for (const match of text.matchAll(entity)) {
    if (entityOf(match[1] ?? '') === undefined) continue;
    stored += escapeLoose(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return stored + escapeLoose(text.slice(end));
}

function escapeLoose(text: string): string {
  return text
    .replace(/&(?!amp;|lt;|gt;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Who reads: names of people and channels, and the zone of the reader's clock. */
export type Reader = {
  readonly tz: string;
  readonly personName: (id: string) => string | undefined;
  readonly channelName: (id: string) => string | undefined;
};

/** The text as a person sees it, without the marks of mrkdwn being drawn. */
export function readableText(text: string, reader: Reader): string {
  return parseText(text)
    .map((token) => {
      switch (token.kind) {
        case 'text':
          return unescapeText(token.text);
        case 'user':
          return `@${reader.personName(token.id) ?? token.label ?? token.id}`;
        case 'channel':
          return `#${reader.channelName(token.id) ?? token.label ?? token.id}`;
        case 'usergroup':
          return token.label ?? `@${token.id}`;
        case 'broadcast':
          return `@${token.range}`;
        case 'date':
          return formatDate(token.atSeconds, token.format, reader.tz);
        case 'link':
          return unescapeText(token.label ?? token.url);
      }
    })
    .join('');
}

const dateStyles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_short_pretty: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_long_pretty: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
};

function formatDate(atSeconds: number, format: string, timeZone: string): string {
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'ago') return ago(atSeconds * 1000 - Date.now());
    const near = name.endsWith('_pretty') ? nearDay(atSeconds, timeZone) : undefined;
    const style = dateStyles[name];
    if (near !== undefined || style === undefined) return near ?? whole;
    return new Intl.DateTimeFormat('en-GB', { ...style, timeZone }).format(atSeconds * 1000);
  });
}

const dayMs = 86_400_000;

/** The pretty formats say yesterday, today and tomorrow, by the reader's calendar. */
function nearDay(atSeconds: number, timeZone: string): string | undefined {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone });
  const days = (Date.parse(day.format(atSeconds * 1000)) - Date.parse(day.format(Date.now()))) / dayMs;
  return { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
}

function ago(distanceMs: number): string {
  const steps = [
    ['day', dayMs],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const;
  const relative = new Intl.RelativeTimeFormat('en-GB');
  for (const [unit, unitMs] of steps) {
    if (Math.abs(distanceMs) >= unitMs) return relative.format(Math.trunc(distanceMs / unitMs), unit);
  }
  return relative.format(Math.trunc(distanceMs / 1000), 'second');
}
