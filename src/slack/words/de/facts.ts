import type { EndedBy } from '../../../domain/grant.ts';
import type { Catalogue } from '../catalogue.ts';
import { ended as sentence } from '../en/common.ts';
import type { Leases } from '../en/facts.ts';
import { counted, duration, listed } from './common.ts';

/** Why a lease is over, as the rest of a sentence that begins with what was leased. */
export const ended: Readonly<Record<EndedBy, string>> = {
  expiry: 'die Zeit ist abgelaufen',
  release: 'er wurde zurückgegeben',
  revocation: 'er wurde entzogen',
  drift: 'jemand hat ihn in Keycloak entfernt, und ich stelle das nicht wieder her',
  not_activated: 'er ließ sich nicht rechtzeitig aktivieren, darum wurde nichts vergeben',
  refused_at_activation:
    'er wurde unmittelbar vor dem Aktivieren verweigert, weil sich geändert hat, was er gibt oder wer entscheiden darf',
  person_gone: 'das Konto in Keycloak oder in Slack ist deaktiviert oder gelöscht',
  resource_gone: 'die Gruppe oder Rolle gibt es in Keycloak nicht mehr',
};

const RISK = { low: 'niedrig', medium: 'mittel', high: 'hoch', critical: 'kritisch' } as const;

/** Several leases that end together, in the accusative. */
export const leases = ({ count, of, on }: Leases): string =>
  `${counted(count, 'befristeten Zugriff', 'befristete Zugriffe')}${of === null ? '' : ` von ${of}`}${on === null ? '' : ` auf ${on}`}`;

export const facts: Catalogue['facts'] = {
  kind: { group: 'Gruppe', 'realm-role': 'Realm-Rolle', 'client-role': 'Client-Rolle' },
  risk: (risk) => `Risiko ${RISK[risk]}`,
  status: {
    waiting: 'wartet',
    approved: 'genehmigt',
    live: 'aktiv',
    ended: 'beendet',
    denied: 'abgelehnt',
    expired: 'abgelaufen',
    withdrawn: 'zurückgezogen',
  },
  asks({ by, onBehalfOf, what, seconds }) {
    const who = onBehalfOf === null ? `${by} bittet` : `${by} bittet im Namen von ${onBehalfOf}`;
    return `${who} um ${what}${seconds === null ? '' : ` für ${duration(seconds)}`}`;
  },
  gives: '*Gibt*',
  givesNoRole: 'für sich keine Rolle; Anwendungen können auf die Mitgliedschaft achten',
  givesRoles(count, roles, administrative) {
    const verdict =
      administrative.names.length === 0
        ? 'Keine administrative Rolle.'
        : `*Administration von Keycloak:* ${listed(administrative.names, administrative.rest)}.`;
    return `${counted(count, 'Rolle', 'Rollen')}: ${listed(roles.names, roles.rest)}. ${verdict}`;
  },
  tokensLiveOn: (seconds) => `Schon ausgestellte Token gelten nach dem Ende noch bis zu ${duration(seconds)}.`,
  sessionsEnd: 'Sitzungen werden beendet.',
  tokensLiveOnSessionsEnd: (seconds) =>
    `Schon ausgestellte Token gelten nach dem Ende noch bis zu ${duration(seconds)}; Sitzungen werden beendet.`,
  needsSignIn: 'Wer genehmigt, meldet sich dafür bei Keycloak an.',
  ruledBy: ({ names, rest }, why, decision) =>
    `Richtlinien: ${listed(names, rest)}${why.length === 0 ? '' : ` (${why.map(sentence).join(' ')})`} · Entscheidung ${decision}`,
  approvedBy(approvals, rest) {
    const shown = approvals.map(({ by, stage, at, shorter }) => {
      const lease = shorter === null ? '' : `, für ${duration(shorter)}`;
      return `${by} (${stage === null ? '' : `Stufe ${stage}, `}${at}${lease})`;
    });
    return `Genehmigt von ${shown.join(' und ')}${rest > 0 ? ` und ${rest} weiteren` : ''}.`;
  },
};
