import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeMrkdwn } from './escape.ts';
import { link, mention, packed, shownOrNull, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** Where somebody may prove who he is. */
export function signInText({ links: say, ...words }: Catalogue, ask: Extract<Words, { say: 'sign_in' }>): string {
  const [there, until] = [link(ask.url, say.openPage), when({ links: say, ...words }, ask.until)];
  return say.signIn[ask.purpose](there, until);
}

/** Who is tied to whom, a line for each. */
export function renderLinks(words: Catalogue, { links, more }: Extract<Words, { say: 'links' }>): Rendered {
  const { links: say } = words;
  const rows = links.map(({ person, linkedAt, acr }) => {
    const how = shownOrNull(acr ?? '', 60);
    return say.row(mention(person.slack), escapeMrkdwn(person.username, 150), when(words, linkedAt), how);
  });
  const lines = rows.length === 0 ? [say.none] : [...rows, ...(more ? ['…'] : []), say.howToEnd];
  return { text: say.listTitle, blocks: packed(words, [say.listTitle, ...lines], 45) };
}
