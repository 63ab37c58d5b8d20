import { randomInt } from 'node:crypto';
import { readTokenConfig } from '../config.ts';
import { openBackchannel, type IssuedToken, type NoToken } from '../keycloak/backchannel.ts';
import { forTerminal } from '../slack/render/escape.ts';
import type { Terminal } from './terminal.ts';
import { TOKEN_HELP, tokenOptions, words, type TokenOptions } from './token-options.ts';
import { runWithToken } from './token-run.ts';

const EXIT = {
  denied: 3,
  withheld: 3,
  refused: 2,
  misconfigured: 2,
  expired: 4,
  unreachable: 5,
  stopped: 130,
} as const;
const SENTENCE: Readonly<Record<Exclude<NoToken['why'], 'stopped'>, string>> = {
  denied: 'Denied; Slack says why',
  withheld: 'Keycloak gives no token',
  refused: 'Keycloak refuses this request',
  misconfigured: 'Keycloak refuses the client: look at TOKEN_ISSUER, TOKEN_CLIENT_ID and TOKEN_CLIENT_SECRET',
  expired: 'Nobody answered in time',
  unreachable: 'Keycloak or Leasehold cannot be reached',
};
const PROGRESS_MS = 30_000;

type Backchannel = ReturnType<typeof openBackchannel>;

/** Asks for a token, waits for a click, and prints it or runs a command with it. Progress is no output: it is complained. */
export async function token(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = tokenOptions(args);
  if (options === 'help') {
    terminal.say(TOKEN_HELP);
    return 0;
  }
  if ('problem' in options) {
    terminal.complain(options.problem);
    return 2;
  }
  const read = readTokenConfig(terminal.env);
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 2;
  }
  read.warnings.forEach(terminal.complain);
  const backchannel = openBackchannel(read.token);
  const answer = await waited(backchannel, options, terminal);
  if (!answer.ok) return answer.exit;
  if (options.run !== null) return runWithToken(backchannel, answer.token, options.run, terminal);
  const { access, scope, expiresInSeconds } = answer.token;
  const json = { access_token: access, expires_in: expiresInSeconds, scope };
  terminal.say(options.json ? JSON.stringify(json) : access);
  return 0;
}

type Answer = { readonly ok: true; readonly token: IssuedToken } | { readonly ok: false; readonly exit: number };

async function waited(backchannel: Backchannel, options: TokenOptions, terminal: Terminal): Promise<Answer> {
  const { scope, person, duration, why, timeoutSeconds } = options;
  const code = options.message ?? freshCode();
  const asked = await backchannel.ask({
    scope: words(scope).includes('openid') ? scope : `openid ${scope}`,
    ...{ loginHint: person, bindingMessage: code },
    more: {
      ...(duration !== null && { duration }),
      ...(why !== null && { justification: why }),
      ...(timeoutSeconds !== null && { requested_expiry: String(timeoutSeconds) }),
    },
  });
  if (!asked.ok) return failed(asked, terminal);
  const seconds = Math.min(asked.expiresInSeconds, timeoutSeconds ?? Infinity);
  const stop = new AbortController();
  const onSignal = () => {
    stop.abort();
  };
  // Before anything is said: whoever reads it may press Ctrl-C.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  terminal.complain(
    `Asked for ${scope} in the name of ${forTerminal(person, 100)}; it waits for a click in Slack, at most ${seconds} s.`,
  );
  terminal.complain(`Compare the code there: ${code}`);

  const end = performance.now() + seconds * 1000;
  const late = AbortSignal.timeout(seconds * 1000);
  const progress = setInterval(() => {
    terminal.complain(`Still waiting; ${Math.max(0, Math.round((end - performance.now()) / 1000))} s are left.`);
  }, PROGRESS_MS);
  try {
    const answer = await backchannel.poll(asked.pending, AbortSignal.any([stop.signal, late]));
    if (answer.ok && !stop.signal.aborted) return await complete(backchannel, answer.token, scope, terminal);
    if (answer.ok) await backchannel.end(answer.token);
    if (answer.ok || stop.signal.aborted) {
      terminal.complain('Stopped: nobody waits for the answer any more, and no token comes of it.');
      return { ok: false, exit: EXIT.stopped };
    }
    return failed(late.aborted ? { ...answer, why: 'expired', reason: '' } : answer, terminal);
  } finally {
    clearInterval(progress);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** A token with nothing of what was asked for is none. */
async function complete(
  backchannel: Backchannel,
  issued: IssuedToken,
  scope: string,
  { complain }: Terminal,
): Promise<Answer> {
  const given = words(issued.scope);
  const asked = words(scope).filter((word) => word !== 'openid');
  const missing = asked.filter((word) => !given.includes(word));
  if (missing.length === 0) return { ok: true, token: issued };
  if (missing.length < asked.length) {
    complain(`The token comes without ${missing.join(', ')}.`);
    return { ok: true, token: issued };
  }
  await backchannel.end(issued);
  complain(`Denied: the token came without ${missing.join(', ')}, and was ended.`);
  return { ok: false, exit: EXIT.denied };
}

function failed({ why, reason }: NoToken, { complain }: Terminal): Answer {
  const sentence = why === 'stopped' ? 'Stopped' : SENTENCE[why];
  const because = why === 'denied' || reason === '' ? '' : ` (${forTerminal(reason, 200)})`;
  complain(`${sentence}${because}.`);
  return { ok: false, exit: EXIT[why] };
}

/** Short enough to compare at a glance. */
function freshCode(): string {
  const digits = () => String(randomInt(10_000)).padStart(4, '0');
  return `${digits()}-${digits()}`;
}
