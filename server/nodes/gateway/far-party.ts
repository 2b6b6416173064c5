/**
 * Lab only: tells the called party of a call, at another gateway, when to hang up. Real parties know that by themselves;
 * the lab plans both sides at the calling one. The media address names the gateway, its operator interface is told.
 */
import type { GatewaySpec } from "../../core/site/site.ts";
import { createOperatorClient, type OperatorClient } from "../../runtime/operator-client.ts";

export class FarParty {
  private readonly gateways: readonly GatewaySpec[];
  private readonly token: string;
  private readonly clients = new Map<string, OperatorClient>();

  constructor(gateways: readonly GatewaySpec[], token: string) {
    this.gateways = gateways;
    this.token = token;
  }

  /** False where no gateway has this media address. */
  hangUpAfter(callId: string, afterMs: number, remote: { readonly host: string; readonly port: number }): boolean {
    const gateway = this.gateways.find(({ rtp }) => rtp.host === remote.host && remote.port >= rtp.portFrom && remote.port <= rtp.portTo);
    if (gateway === undefined) return false;
    let client = this.clients.get(gateway.name);
    if (client === undefined) {
      client = createOperatorClient({ ...gateway.operator, token: this.token });
      this.clients.set(gateway.name, client);
    }
    // When this fails the calling party hangs up instead, a little later.
    void client.post("/stations/hang-up", { callId, afterMs });
    return true;
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }
}
