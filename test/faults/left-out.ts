/** A row that cannot be run on this machine; the reason is printed in its place. */
export class LeftOut extends Error {}
