import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';

export const form: Catalogue['form'] = {
  title: 'Zugriff anfragen',
  submit: 'Anfragen',
  access: 'Zugriff',
  accessPlaceholder: 'Gruppen oder Rollen: einen Teil des Namens tippen',
  duration: 'Dauer',
  durationPlaceholder: 'Wie lange er gebraucht wird',
  justification: 'Begründung',
  justificationHint: 'Zum Beispiel: INC-42 Replikation hängt, muss in pg_stat_activity schauen',
  patternHint: (example) => `Darin muss etwas stehen wie: ${example}`,
  start: 'Beginn',
  startHint: 'Leer lassen, um mit der Genehmigung zu beginnen',
  for: 'Für',
  forPlaceholder: 'Jemand anders, oder viele',
  forHint: (most) => `Leer lassen, um für dich selbst anzufragen; bis zu ${most} Personen auf einmal`,
  forUnreadable: 'Bitte Personen aus der Liste wählen.',
  offered: { lately: 'Zuletzt', colleagues: 'Deine Kollegen haben', everything: 'Alles' },
  lookingUp: 'Ich sehe nach, was angefragt war …',

  youHold: (until) => `Du hast es bis ${until}; dies bittet um mehr Zeit, ohne Lücke.`,
  youAsked: 'Du hast es schon angefragt, und noch hat niemand entschieden. `/access` zeigt die Anfrage.',
  terms(stages, maxSeconds, endSessions) {
    const people = stages
      .map(({ required, group }) => (group === null ? 'die Führungskraft' : `${required} aus ${group}`))
      .join(', dann ');
    const asked = people === '' ? 'niemand, denn die Richtlinien geben es sofort' : people;
    const sessions = endSessions ? ' Deine Sitzungen enden mit dem Zugriff.' : '';
    return `Zustimmen müssen: ${asked}. Längste Dauer: ${duration(maxSeconds)}.${sessions}`;
  },
};
