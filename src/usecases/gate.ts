import { askGate } from './ask-gate.ts';
import { askByForm, openForm } from './gate-form.ts';
import type { GateCalls } from './gate-port.ts';
import type { Ports } from './ports.ts';
import { leaveGate, lookAtGate, spendAtGate } from './spend-gate.ts';

/** Everything that Keycloak may ask. @param onReceived called after an ask by the form: there is something in the inbox */
export const createGate = (ports: Ports, onReceived: () => void): GateCalls => ({
  ask: (ask) => askGate(ports, ask),
  look: (ref) => lookAtGate(ports, ref),
  spend: (ref) => spendAtGate(ports, ref),
  leave: (ref) => leaveGate(ports, ref),
  form: (person) => openForm(ports, person),
  request: (ask) => askByForm({ ...ports, onReceived }, ask),
});
