import type { TeamAskId } from '../domain/ids.ts';
import type { Delivered } from './deliver-card.ts';
import type { Ports } from './ports.ts';

/** Tells how an ask for many people goes: one message, drawn anew from what is on record. */
export async function deliverTeam(ports: Ports, teamId: TeamAskId): Promise<Delivered> {
  const known = await ports.store.teamAsk(teamId);
  if (known === null) return {};
  const { ask, told } = known;
  const ids = ask.people.flatMap((one) => (one.part === 'asked' ? one.requests : []));
  const requests = (await Promise.all(ids.map((id) => ports.store.request(id)))).flatMap((row) => row ?? []);
  const posted = await ports.conversation.tellTeam(ask.asker.slack, told, { ask, requests });
  return { teamsTold: [{ teamId, ...posted }] };
}
