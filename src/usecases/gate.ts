import { askGate } from './ask-gate.ts';
import { createTokenDoor } from './ask-token.ts';
import { askByForm, openForm } from './gate-form.ts';
import type { GateCalls } from './gate-port.ts';
import type { Ports } from './ports.ts';
import { leaveGate, lookAtGate, spendAtGate } from './spend-gate.ts';
import { tellLeases } from './tell-leases.ts';

/** Everything that Keycloak may ask. @param onWritten called when there may be something in the inbox or to be sent */
export function createGate(ports: Ports, onWritten: () => void): GateCalls {
  const written = async <Answer>(called: Promise<Answer>): Promise<Answer> => {
    const answer = await called;
    onWritten();
    return answer;
  };
  return {
    ask: (ask) => written(askGate(ports, ask)),
    look: (ref) => lookAtGate(ports, ref),
    spend: (ref) => written(spendAtGate(ports, ref)),
    leave: (ref) => written(leaveGate(ports, ref)),
    form: (person) => openForm(ports, person),
    request: (ask) => askByForm({ ...ports, onReceived: onWritten }, ask),
    leases: (ask) => tellLeases(ports, ask),
    token: createTokenDoor(ports),
  };
}
