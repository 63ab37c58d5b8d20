import type { EndedBy } from '../../../domain/grant.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import type { Which } from '../en/together.ts';
import { all } from './bundle.ts';
import { duration } from './common.ts';

/** Why several leases are over, as the rest of a sentence about them. */
const ended: Readonly<Record<EndedBy, string>> = {
  expiry: 'die Zeit ist abgelaufen',
  release: 'sie wurden zurückgegeben',
  revocation: 'sie wurden entzogen',
  drift: 'jemand hat sie in Keycloak entfernt, und ich stelle das nicht wieder her',
  not_activated: 'sie ließen sich nicht rechtzeitig aktivieren, darum wurde nichts vergeben',
  refused_at_activation:
    'sie wurden unmittelbar vor dem Aktivieren verweigert, weil sich geändert hat, was sie geben oder wer entscheiden darf',
  person_gone: 'das Konto in Keycloak oder in Slack ist deaktiviert oder gelöscht',
  resource_gone: 'die Gruppen oder Rollen gibt es in Keycloak nicht mehr',
};

const them = ({ count, names }: Which): string => (names === null ? `${count} Zugriffe` : all(names));

/** With names: `Deine befristeten Zugriffe auf a und b`; without: `Deine 2 befristeten Zugriffe`. */
function leasesOf({ count, names }: Which, holder: Ready | null): string {
  const leases = `${names === null ? `${count} ` : ''}befristeten Zugriffe`;
  const whose = holder === null ? `Deine ${leases}` : `Die ${leases} von ${holder}`;
  return names === null ? whose : `${whose} auf ${all(names)}`;
}

export const together: Catalogue['together'] = {
  live: (which, until, seconds) => `Du hast ${them(which)} bis ${until} (${duration(seconds)}).`,
  liveEach: (which) => `Du hast jetzt ${them(which)}, jeweils bis zu einer eigenen Zeit.`,
  until: (what, until, seconds) => `${what} · aktiv bis ${until} (${duration(seconds)})`,
  notSeenYet(tokenSeconds) {
    const wait = tokenSeconds > 0 ? `, oder warte bis zu ${duration(tokenSeconds)}` : '';
    return `Wenn eine Anwendung etwas davon noch nicht sieht, melde dich dort neu an${wait}.`;
  },
  tokens: (tokenSeconds) =>
    `Anwendungen können vor dem Ende ausgestellte Token danach noch bis zu ${duration(tokenSeconds)} annehmen.`,

  endSoon: (which, leftSeconds, at) => `${them(which)} enden: noch *${duration(leftSeconds)}*, ${at}.`,
  endSoonEach: (which) => `${them(which)} enden bald, jeweils zu einer eigenen Zeit.`,

  ended(which, holder, at, endedBy) {
    const why = endedBy === 'release' && holder === null ? 'du hast sie zurückgegeben' : ended[endedBy];
    return `${leasesOf(which, holder)} sind beendet, ${at}: ${why}.`;
  },
  endedEach: (which, holder) => `${leasesOf(which, holder)} sind beendet.`,
};
