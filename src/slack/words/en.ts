import { alarms } from './en/alarms.ts';
import { audit } from './en/audit.ts';
import { bundle } from './en/bundle.ts';
import { buttons } from './en/buttons.ts';
import { card } from './en/card.ts';
import { common } from './en/common.ts';
import { dialogs } from './en/dialogs.ts';
import { digest } from './en/digest.ts';
import { explain } from './en/explain.ts';
import { facts } from './en/facts.ts';
import { flaws } from './en/flaws.ts';
import { form } from './en/form.ts';
import { backchannel } from './en/backchannel.ts';
import { gate } from './en/gate.ts';
import { glass } from './en/glass.ts';
import { holding } from './en/holding.ts';
import { home } from './en/home.ts';
import { left } from './en/left.ts';
import { links } from './en/links.ts';
import { mine } from './en/mine.ts';
import { ownReasons } from './en/own-reasons.ts';
import { person } from './en/person.ts';
import { question } from './en/question.ts';
import { refusals } from './en/refusals.ts';
import { team } from './en/team.ts';
import { thread } from './en/thread.ts';
import { together } from './en/together.ts';
import { tokens } from './en/tokens.ts';

export const en = {
  alarms,
  audit,
  bundle,
  buttons,
  card,
  common,
  dialogs,
  digest,
  explain,
  facts,
  flaws,
  form,
  backchannel,
  gate,
  glass,
  holding,
  home,
  left,
  links,
  mine,
  ownReasons,
  person,
  question,
  refusals,
  team,
  thread,
  together,
  tokens,
};
