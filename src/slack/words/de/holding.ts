import type { Catalogue } from '../catalogue.ts';

export const holding: Catalogue['holding'] = {
  from: (at) => `ab ${at}`,
  fromApproval: 'ab der Genehmigung',
  fromStart: (at) => `ab ${at}, oder ab der Genehmigung, wenn die später kommt`,
  isToBegin: (at) => `Es soll beginnen ${at}, oder mit der Genehmigung, wenn die später kommt.`,
  begins: (at) => `Es beginnt ${at}; ich schreibe dir, wenn es aktiv ist.`,
  goesLiveNow: 'Ich aktiviere es jetzt.',
  approvedToBegin: (at) => `genehmigt, beginnt ${at}`,

  nothingGiven: 'Nichts wurde vergeben.',
  keptUntil: (at) => `Der Zugriff bleibt dir bis ${at}, durch einen anderen befristeten Zugriff darauf.`,
  stillKept(ways) {
    const parts = ways.map(({ roles, through }) => {
      const how = through === null ? 'unabhängig von befristetem Zugriff' : `durch ${through}`;
      return `${roles.map((role) => `*${role}*`).join(' und ')}, ${how}`;
    });
    return `Du behältst weiterhin ${parts.join('; ')}.`;
  },
  askedForMore:
    'Du hast um mehr Zeit gebeten, und noch hat niemand entschieden: wird das genehmigt, bekommst du es wieder, und ich schreibe dir hier.',
  approvedTooLate:
    'Mehr Zeit wurde genehmigt, aber zu spät, um keine Lücke zu lassen: ich aktiviere es wieder und schreibe dir hier.',
  nextBegins: (at) => `Dein nächster befristeter Zugriff darauf beginnt ${at}.`,

  startForMany:
    'Für viele Personen auf einmal beginnt ein befristeter Zugriff mit der Genehmigung. Lass den Beginn weg, oder frage einzeln an.',
  badStart(because, asked, mostDays) {
    switch (because) {
      case 'unreadable':
        return `Ich kann den Beginn „${asked}“ nicht lesen. Schreibe \`from:+2h\`, oder \`from:2026-12-01T18:00\` in deiner eigenen Zeit.`;
      case 'past':
        return 'Dieser Beginn ist schon vorbei. Nenne einen späteren, oder keinen, um mit der Genehmigung zu beginnen.';
      case 'too_far':
        return `Beginnen kann ein befristeter Zugriff höchstens ${mostDays} Tage von jetzt an. Nenne einen früheren Beginn, oder frage später an.`;
      case 'no_zone':
        return `Slack nennt mir deine Zeitzone nicht, darum kann ich den Beginn „${asked}“ nicht lesen. Schreibe ihn mit Zeitverschiebung, etwa \`from:2026-12-01T18:00+01:00\`.`;
      case 'skipped':
        return `Über den Beginn „${asked}“ werden die Uhren vorgestellt, darum gibt es diese Zeit bei dir nicht. Nenne eine andere.`;
      case 'twice':
        return `Über den Beginn „${asked}“ werden die Uhren zurückgestellt, darum gibt es diese Zeit bei dir zweimal. Schreibe sie mit Zeitverschiebung, etwa \`from:2026-12-01T18:00+01:00\`.`;
    }
  },
  extendedTooLate: (path, at, typed) =>
    `Dein befristeter Zugriff auf „${path}“ endete ${at}, bevor du um mehr Zeit gebeten hast. Frage neu an: \`/request-access ${path} ${typed}\` und wozu du es brauchst.`,
};
