import type { HomeView, ModalView } from '@slack/types';
import type { Rendered } from '../../src/slack/render/pieces.ts';
import type { Exhibit } from '../slack/exhibit.ts';

/** A state with its picture, before the room it hangs in. */
export type Hung = Pick<Exhibit, 'name' | 'shown'>;

export const message = (name: string, rendered: Rendered): Hung => ({ name, shown: { as: 'message', ...rendered } });

export const modal = (name: string, view: ModalView): Hung => ({ name, shown: { as: 'modal', view: { ...view } } });

export const home = (name: string, view: HomeView): Hung => ({ name, shown: { as: 'home', view: { ...view } } });

/** A link of the workspace, as the bot knows it. */
export const permalink = (): string => 'https://example.slack.com/archives/C0X/p1';
