/** What a gateway says about itself (`GET /status`). */

import { endpointCounts, type Gateway } from "../../core/gateway/gateway.ts";
import { longestSilenceMs } from "../../core/gateway/rtp-receiver.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { GatewayStatus } from "../../core/status/node-status.ts";
import { commonStatus, type TandemNode } from "../node.ts";
import type { LinkAgent } from "../witness/link-agent.ts";
import type { MediaPath } from "./media-path.ts";

export function gatewayStatus(node: TandemNode, spec: GatewaySpec, gateway: Gateway, agent: LinkAgent, media: MediaPath): GatewayStatus {
  return {
    ...commonStatus(node),
    kind: "gateway",
    gatewayKind: spec.kind,
    voter: spec.voter,
    owner: agent.owner,
    epoch: agent.epoch,
    state: agent.condition(),
    promiseLeftMs: agent.promiseLeftMs(),
    connections: gateway.table.rows.length,
    endpoints: endpointCounts(gateway),
    media: mediaStatus(gateway, media, node.clock.now().mono),
  };
}

function mediaStatus(gateway: Gateway, media: MediaPath, now: number): GatewayStatus["media"] {
  let realStreams = 0;
  let modelledStreams = 0;
  let maxJitterMs: number | null = null;
  let longest: number | null = null;
  for (const row of gateway.table.rows) {
    if (row.media.flowingSince === null) continue;
    if (!row.media.real) {
      modelledStreams += 1;
      continue;
    }
    realStreams += 1;
    const { receiver } = row.media;
    if (receiver.packets > 1) maxJitterMs = Math.max(maxJitterMs ?? 0, receiver.jitterMs);
    const silence = longestSilenceMs(receiver, now);
    if (silence !== null) longest = Math.max(longest ?? 0, silence);
  }
  return {
    realStreams,
    modelledStreams,
    packetsReceived: media.packetsReceived,
    packetsLost: media.packetsLost,
    maxJitterMs,
    longestSilenceMs: longest,
    sequenceGaps: media.sequenceGaps,
  };
}
