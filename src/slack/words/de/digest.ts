import type { News } from '../../../domain/message.ts';
import type { Catalogue } from '../catalogue.ts';
import { counted, listed } from './common.ts';

/** Of one, and of many. */
const NEWS: Readonly<Record<News, readonly [string, string]>> = {
  ended: ['befristeter Zugriff ist beendet und entfernt', 'befristete Zugriffe sind beendet und entfernt'],
  kept: [
    'befristeter Zugriff ist beendet; aus anderem Grund besteht er fort',
    'befristete Zugriffe sind beendet; aus anderem Grund bestehen sie fort',
  ],
  live: ['befristeter Zugriff ist jetzt aktiv', 'befristete Zugriffe sind jetzt aktiv'],
  ending_soon: ['befristeter Zugriff endet bald', 'befristete Zugriffe enden bald'],
  decided: ['Anfrage wurde entschieden', 'Anfragen wurden entschieden'],
  expired: [
    'Anfrage ist vorbei: niemand hat rechtzeitig entschieden',
    'Anfragen sind vorbei: niemand hat rechtzeitig entschieden',
  ],
  end_asked: ['befristeter Zugriff wird gerade entzogen', 'befristete Zugriffe werden gerade entzogen'],
  trouble: [
    'befristeter Zugriff wartet auf Keycloak; ich versuche es weiter',
    'befristete Zugriffe warten auf Keycloak; ich versuche es weiter',
  ],
  waiting_for_keycloak: ['genehmigter Zugriff wartet auf Keycloak', 'genehmigte Zugriffe warten auf Keycloak'],
  reminder: ['Anfrage wartet noch auf eine Entscheidung', 'Anfragen warten noch auf eine Entscheidung'],
};

export const digest: Catalogue['digest'] = {
  counted: (news, count) => counted(count, ...NEWS[news]),
  named(news, count, some) {
    const names = some.map(({ what, of }) => (of === null ? what : `${what} von ${of}`));
    return `${counted(count, ...NEWS[news])}: ${listed(names, count - names.length)}.`;
  },
  whyToChannel:
    'So vieles ist auf einmal geschehen, dass ich es in einer Nachricht sage. Jede Karte zeigt bald ihren eigenen Stand; `/access-audit since:1h` hat jedes einzelne.',
  whyToPerson:
    'So vieles hat sich für dich auf einmal geändert, dass ich es in einer Nachricht sage. `/access` zeigt, was du jetzt hast.',
};
