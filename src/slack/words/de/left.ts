import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { counted } from './common.ts';
import { leases } from './facts.ts';

const because = (who: Ready): string => `${who} ist kein volles Mitglied dieses Workspace mehr`;

export const left: Catalogue['left'] = {
  inOne: (what, who) => `Die Anfrage zu ${what} ist vorbei: ${because(who)}.`,
  onCard: (who, at) => `*Zurückgezogen*  ${because(who)}, ${at}.`,
  line: (who) => `Zurückgezogen: ${because(who)}.`,
  endAsked: 'Wer es hat, ist kein volles Mitglied dieses Workspace mehr. Ich entziehe es.',
  told: (what, who) => `Die Anfrage zu ${what} ist vorbei: ${because(who)}. Nichts wurde vergeben.`,
  alarmTitle: '*Jemand ist gegangen*',
  alarm: (who, isGuest, count, requests) =>
    `${who} ist ${isGuest ? 'jetzt Gast' : 'in Slack deaktiviert'}. Ich beende ${leases({ count, of: null, on: null })} und habe ${counted(requests, 'Anfrage', 'Anfragen')} zurückgezogen; /access-audit zeigt jeden Schritt.`,
};
