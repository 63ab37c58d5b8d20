import type { App } from '@slack/bolt';
import * as decisions from './actions/decisions.ts';
import * as form from './actions/form.ts';
import * as mine from './actions/mine.ts';
import * as questions from './actions/questions.ts';
import * as unknown from './actions/unknown.ts';
import * as commands from './commands/commands.ts';
import type { Door } from './door.ts';
import * as access from './options/access.ts';
import * as shortcut from './shortcuts/request-access.ts';
import * as answer from './views/answer.ts';
import * as decision from './views/decision.ts';
import * as request from './views/request.ts';

/** Everything that Slack may send us; `manifest.yml` declares the same. */
export function registerListeners(app: App, door: Door): void {
  for (const listener of [
    commands,
    shortcut,
    access,
    form,
    decisions,
    mine,
    questions,
    unknown,
    request,
    decision,
    answer,
  ])
    listener.register(app, door);
}
