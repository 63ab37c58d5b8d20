declare const isReady: unique symbol;

/**
 * Text that may stand in Slack's markup as it is: escaped and cut, or a mention, date or link of ours. Only
 * `render/escape.ts` and `render/pieces.ts` make one; `forTerminal` there makes it fit for the command line instead.
 */
export type Ready = string & { readonly [isReady]: true };

/** Signs of ours around what is ready: `` ready`*${path}*` ``. */
export const ready = (ours: TemplateStringsArray, ...parts: readonly Ready[]): Ready =>
  String.raw({ raw: ours }, ...parts) as Ready;
