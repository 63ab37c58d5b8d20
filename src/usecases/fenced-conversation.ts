import { CodedError } from '../lib/errors.ts';
import type { Fence } from './lanes.ts';
import type { Conversation } from './slack-port.ts';

/**
 * Says something only while the lane is ours for longer than that takes: otherwise another replica may be saying it already.
 * Every call throws lane_over where it is not.
 * @param onSaid called after each call that succeeded
 * @param change other ways to change a card or a Home
 */
export function fencedConversation(
  conversation: Conversation,
  fence: Fence,
  onSaid: () => void,
  change: Pick<Conversation, 'updateCard' | 'publishHome'> = conversation,
): Conversation {
  const checked =
    <Args extends readonly unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (!fence(conversation.timeoutMs)) throw new CodedError('lane_over', 'the lease on this lane ends too soon');
      const answer = await call(...args);
      onSaid();
      return answer;
    };
  return {
    postCard: checked((...args) => conversation.postCard(...args)),
    updateCard: checked((...args) => change.updateCard(...args)),
    postLine: checked((...args) => conversation.postLine(...args)),
    postGate: checked((...args) => conversation.postGate(...args)),
    updateGate: checked((...args) => conversation.updateGate(...args)),
    retireLine: checked((...args) => conversation.retireLine(...args)),
    postDigest: checked((...args) => conversation.postDigest(...args)),
    sendPrivate: checked((...args) => conversation.sendPrivate(...args)),
    tellTeam: checked((...args) => conversation.tellTeam(...args)),
    publishHome: checked((...args) => change.publishHome(...args)),
    sendFile: checked((...args) => conversation.sendFile(...args)),
    alarm: checked((...args) => conversation.alarm(...args)),
    directChannel: (slack) => conversation.directChannel(slack),
    resolveChannel: (channel) => conversation.resolveChannel(channel),
    timeoutMs: conversation.timeoutMs,
  };
}
