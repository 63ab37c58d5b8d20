import { parseDuration } from '../domain/duration.ts';
import type { Notice } from '../domain/message.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { findAccess } from './ask.ts';
import { explain } from './explain.ts';
import { identify, identifyAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { unreachable } from './seats.ts';

type Explain = Extract<Intent, { intent: 'explain' }>;

/** `/access explain @person …` for members of ADMIN_GROUP: what would become of that request, told to the asker alone. */
export async function askExplain(ports: Ports, item: InboxItem, intent: Explain): Promise<CarriedOut> {
  const admin = await identifyAdmin(ports, item.slack);
  if (!admin.ok) return answerNo(ports, item, admin.refusal);
  const notice = await explanation(ports, intent);
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return ports.store.commit({ inboxDone: item.key, messages: [message(toAsker(item, notice))], audit: [] });
}

/** Nobody asked for access, so a refusal of it is an answer like any other and leaves no entry. */
async function explanation(ports: Ports, { person: slack, access, duration }: Explain): Promise<Notice> {
  const no = (refusal: Refusal): Notice => ({ notice: 'refused', refusal });
  if (duration !== '' && parseDuration(duration) === null) return no({ refusal: 'bad_duration', asked: duration });
  const found = findAccess(await ports.catalogue.list(), { by: 'text', text: access });
  if (!found.ok) return no(found.refusal);
  const who = await identify(ports, slack, 'email');
  if (!who.ok) return no({ refusal: 'not_for_them', person: slack, because: who.refusal.refusal });
  const people = { beneficiary: who.person };
  const checks: Parameters<typeof explain>[1] = {
    identity: async (need) => {
      const known = await identify(ports, slack, need);
      return known.ok ? null : known.refusal;
    },
    reach: (drawn) => unreachable(ports, drawn, people),
  };
  return { notice: 'explained', explained: await explain(ports, checks, who.person, found.entitlement, duration) };
}
