import { hasCode } from '../lib/errors.ts';
import type { ApproverGroup } from './keycloak-port.ts';
import type { Ports } from './ports.ts';

/**
 * The Slack channel where a group's cards go: its own, or the fall-back; null when the bot may post in neither.
 * While Slack does not answer the written channel is taken as good: the outbox will see.
 */
export async function channelOf(
  ports: Pick<Ports, 'conversation' | 'settings'>,
  group: Pick<ApproverGroup, 'slackChannel'>,
): Promise<string | null> {
  const wanted = group.slackChannel ?? ports.settings.approvalsChannel;
  if (wanted === null) return null;
  try {
    return await ports.conversation.resolveChannel(wanted);
  } catch (error) {
    if (hasCode(error, 'slack_unavailable') || hasCode(error, 'slack_rate_limited')) return wanted;
    throw error;
  }
}
