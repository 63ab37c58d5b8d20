import { CodedError } from '../lib/errors.ts';
import { escape } from './render/escape.ts';
import { post } from './web.ts';
import type { Web } from './web.ts';

/** Uploads a text file into one conversation. `channel` is a C, G or D id; a person's id is no channel here. */
export async function uploadTo(
  web: Web,
  channel: string,
  file: { readonly filename: string; readonly title: string; readonly content: string },
): Promise<void> {
  const { upload_url: url, file_id: id } = await web.call('files.getUploadURLExternal', (client) =>
    client.files.getUploadURLExternal({ filename: file.filename, length: Buffer.byteLength(file.content) }),
  );
  if (url === undefined || id === undefined)
    throw new CodedError('slack_unavailable', 'Slack gave no address for the file');
  await post(web, 'upload', url, { headers: { 'content-type': 'application/octet-stream' }, body: file.content });
  await web.call('files.completeUploadExternal', (client) =>
    client.files.completeUploadExternal({ files: [{ id, title: escape(file.title, 200) }], channel_id: channel }),
  );
}
