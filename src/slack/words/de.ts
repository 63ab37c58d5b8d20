import type { Catalogue } from './catalogue.ts';
import { alarms } from './de/alarms.ts';
import { audit } from './de/audit.ts';
import { bundle } from './de/bundle.ts';
import { buttons } from './de/buttons.ts';
import { card } from './de/card.ts';
import { common } from './de/common.ts';
import { dialogs } from './de/dialogs.ts';
import { digest } from './de/digest.ts';
import { explain } from './de/explain.ts';
import { facts } from './de/facts.ts';
import { flaws } from './de/flaws.ts';
import { form } from './de/form.ts';
import { backchannel } from './de/backchannel.ts';
import { gate } from './de/gate.ts';
import { glass } from './de/glass.ts';
import { holding } from './de/holding.ts';
import { home } from './de/home.ts';
import { left } from './de/left.ts';
import { links } from './de/links.ts';
import { mine } from './de/mine.ts';
import { ownReasons } from './de/own-reasons.ts';
import { person } from './de/person.ts';
import { question } from './de/question.ts';
import { refusals } from './de/refusals.ts';
import { team } from './de/team.ts';
import { thread } from './de/thread.ts';
import { together } from './de/together.ts';
import { tokens } from './de/tokens.ts';

/**
 * German. One word per thing:
 *
 *   access Zugriff · lease befristeter Zugriff · request Anfrage · requester wer anfragt · approver Genehmigende ·
 *   approval Genehmigung · approve genehmigen · deny ablehnen · withdraw zurückziehen · release zurückgeben ·
 *   revoke entziehen · extend verlängern · justification Begründung · stage Stufe · audit Protokoll ·
 *   live aktiv · operator Betrieb · administrator Administration ·
 *   sign-in Anmeldung · scopes Umfang
 *
 * The reader is `du`; where it reads as well, the sentence does without.
 */
export const de: Catalogue = {
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
