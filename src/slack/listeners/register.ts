import type { App } from '@slack/bolt';
import * as again from './actions/again.ts';
import * as glass from './actions/break-glass.ts';
import * as decisions from './actions/decisions.ts';
import * as form from './actions/form.ts';
import * as gates from './actions/gates.ts';
import * as mine from './actions/mine.ts';
import * as questions from './actions/questions.ts';
import * as unknown from './actions/unknown.ts';
import * as commands from './commands/commands.ts';
import type { Door } from './door.ts';
import * as home from './events/home-opened.ts';
import * as left from './events/member-left.ts';
import * as said from './events/said.ts';
import * as access from './options/access.ts';
import * as shortcut from './shortcuts/request-access.ts';
import * as answer from './views/answer.ts';
import * as glassForms from './views/break-glass.ts';
import * as decision from './views/decision.ts';
import * as revocation from './views/revocation.ts';
import * as request from './views/request.ts';

/** Everything that Slack may send us; `manifest.yml` declares the same. */
export function registerListeners(app: App, door: Door): void {
  const words = [commands, shortcut, access];
  const clicks = [form, again, decisions, gates, mine, questions, glass, unknown];
  const events = [home, left, said];
  const forms = [request, decision, revocation, answer, glassForms];
  for (const listener of [...words, ...clicks, ...events, ...forms]) listener.register(app, door);
}
