import type { Catalogue } from '../catalogue.ts';
import { duration, listed } from './common.ts';

export const team: Catalogue['team'] = {
  title: (what, people, seconds) => `Du hast ${what} für ${people} Personen angefragt, für ${duration(seconds)}.`,
  state: ({ asked, people, refused }, goesOn) =>
    `${asked} von ${people} angefragt, ${refused} gingen nicht.${goesOn ? ' Ich mache weiter und zeige es hier.' : ''}`,
  nothingDecided: 'Noch ist nichts entschieden.',
  decided({ approved, denied, over, waiting }) {
    const parts = [
      ...(approved > 0 ? [`${approved} genehmigt`] : []),
      ...(denied > 0 ? [`${denied} abgelehnt`] : []),
      ...(over > 0 ? [`${over} vorbei ohne Entscheidung`] : []),
    ];
    const wait = waiting === 0 ? 'keine wartet mehr' : waiting === 1 ? '1 wartet' : `${waiting} warten`;
    return `*Entschieden*  ${parts.join(', ')}; ${wait}.`;
  },
  denied: ({ names, rest }) => `*Abgelehnt*  ${listed(names, rest)}`,
  couldNot: '*Nicht angefragt*',
};
