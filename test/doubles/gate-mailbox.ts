import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Takes any mail (RFC 5321, the little that Keycloak speaks of it) and keeps it. */
export async function openMailbox() {
  const mails: string[] = [];
  const server = createServer((socket) => void receive(socket, mails)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** The realm's `smtpServer`. */
    smtpServer: { host: '127.0.0.1', port: String((server.address() as AddressInfo).port), from: 'sso@example.com' },
    /** The first address in the newest mail that fits. */
    linkIn: (pattern: RegExp): string => {
      const whole = (mails.at(-1) ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
      const link = whole.match(/https?:\/\/[^\s"<]+/g)?.find((address) => pattern.test(address));
      if (link === undefined) throw new Error(`No such link in: ${whole}`);
      return link.replaceAll('&amp;', '&');
    },
    close: () => void server.close(),
  };
}

async function receive(socket: Socket, mails: string[]): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let mail: string[] | null = null;
  say('220 ready');
  for await (const line of createInterface({ input: socket })) {
    if (mail !== null && line !== '.') mail.push(line);
    else if (mail !== null) {
      mails.push(mail.join('\r\n'));
      mail = null;
      say('250 kept');
    } else if (line === 'DATA') {
      mail = [];
      say('354 go on');
    } else if (line === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 yes');
  }
}
