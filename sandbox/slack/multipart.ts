export type Part = { readonly name: string; readonly filename?: string; readonly content: Buffer };

/** The parts of a multipart/form-data body (RFC 7578), as far as clients of the Web API send them. */
export function partsOf(body: Buffer, contentType: string): readonly Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const marker = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(marker);
  while (at >= 0) {
    const next = body.indexOf(marker, at + marker.length);
    if (next < 0) break;
    // After the marker comes a line end; before the next one, too.
    const part = partOf(body.subarray(at + marker.length + 2, next - 2));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return parts;
}

function partOf(raw: Buffer): Part | undefined {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, Math.max(0, end)).toString();
  const name = /[; ]name="([^"]*)"/.exec(head)?.[1];
  if (end < 0 || name === undefined) return undefined;
  const filename = /filename="([^"]*)"/.exec(head)?.[1];
  return { name, ...(filename === undefined ? {} : { filename }), content: raw.subarray(end + 4) };
}
