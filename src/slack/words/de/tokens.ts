import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';

export const tokens: Catalogue['tokens'] = {
  mark: 'nur in Tokens',
  live: (what, until, seconds) =>
    `Tokens, die du ab jetzt bekommst, enthalten ${what}, bis ${until} (${duration(seconds)}). Wenn eine Anwendung es noch nicht sieht, melde dich dort neu an. In Keycloak wird nichts eingetragen.`,
  goneInTime: 'Kein Token enthält ihn mehr.',
  gone: (until) =>
    `Es werden keine Tokens mehr damit ausgestellt, und die Sitzungen, die ihn hatten, enden jetzt.${until === null ? '' : ` Eine Anwendung, die Tokens selbst prüft, kann eines noch bis ${until} annehmen.`}`,
  lineLive: (until) =>
    `Aktiv: Tokens enthalten ihn ab jetzt und enden mit ihm, ${until}. In Keycloak wird nichts eingetragen.`,
  atTheEnd: (seconds) =>
    `Nur Tokens enthalten ihn, und sie enden mit dem befristeten Zugriff. Endet er vorzeitig, enden auch die Sitzungen, die ihn hatten; eine Anwendung, die Tokens selbst prüft, kann eines noch bis zu ${duration(seconds)} annehmen.`,
};
