/**
 * The tables that a gateway's agent serves, laid over its live connection table and history (see protocols/snmp/call-tables).
 * Durations and counters are worked out when they are read.
 */
import type { HistoryRow } from "../../core/gateway/call-history.ts";
import { historyAfter, historyLength } from "../../core/gateway/call-history.ts";
import { countersOf, type GatewayConnection } from "../../core/gateway/connection-table.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import { placeOf, type RowKey, ticksAt } from "../../core/gateway/row-key.ts";
import type { BootId } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import { nameOctets, tags } from "../../protocols/snmp/ber.ts";
import * as table from "../../protocols/snmp/call-tables.ts";
import {
  encodeAddress,
  encodeCause,
  encodeCoder,
  encodeGuid,
  encodeInfoType,
  encodeLegOrigin,
  encodeQos,
  encodeReleaseSource,
  encodeSessionTarget,
} from "../../protocols/snmp/call-values.ts";
import { engineBootsOf } from "../../protocols/snmp/uptime.ts";
import { type MibColumn, type MibTable, MibView } from "./mib-view.ts";

export interface CallMibOptions {
  readonly gateway: Gateway;
  readonly boot: BootId;
  readonly description: string;
  readonly location: string;
  now(): Instant;
}

const { integer, octets, counter, gauge, ticks } = tags;
/** cvVoIP…SessionProtocol: other(1), for MGCP has no number of its own. */
const sessionProtocolOther = 1;
const ipv4 = 1;
const falseValue = 2;

export function callMib(options: CallMibOptions): MibView {
  const { gateway } = options;
  const view = new MibView();
  addSystem(view, options);
  view.addScalar(table.totalActiveConnections, gauge, () => gateway.table.rows.length);
  view.addScalar(`${table.callHistoryTableMaxLength}.0`, integer, () => gateway.history.maxLength);
  view.addScalar(`${table.callHistoryRetainTimer}.0`, integer, () => retainMinutes);
  view.add(
    setupOrdered(() => gateway.table.rows),
    activeColumns(options),
  );
  view.add(
    setupOrdered(() => gateway.history.bySetup),
    historyColumns(),
  );
  view.add(endOrdered(gateway), ciscoHistoryColumns());
  return view;
}

/** How long history is meant to be kept: at 20,000 rows that is more than 20 ends a second. */
const retainMinutes = 15;

function addSystem(view: MibView, { gateway, boot, description, location, now }: CallMibOptions): void {
  const { systemGroup } = table;
  view.addScalar(`${systemGroup.description}.0`, octets, () => description);
  view.addScalar(`${systemGroup.objectId}.0`, tags.name, () => nameOctets([0, 0]));
  view.addScalar(`${systemGroup.upTime}.0`, ticks, () => ticksAt(gateway.table.startedAt, now()));
  view.addScalar(`${systemGroup.contact}.0`, octets, () => "");
  view.addScalar(`${systemGroup.name}.0`, octets, () => gateway.name);
  view.addScalar(`${systemGroup.location}.0`, octets, () => location);
  view.addScalar(`${systemGroup.services}.0`, integer, () => 72);
  view.addScalar(table.snmpEngineBoots, integer, () => engineBootsOf(boot));
}

function setupOrdered<Row extends RowKey>(rows: () => readonly Row[]): MibTable<Row> {
  return {
    length: () => rows().length,
    row: (position) => rows()[position],
    index: (row) => [row.setupTicks, row.number],
    placeOf(arcs) {
      const place = placeOf(rows(), { setupTicks: arcs[0] ?? 0, number: arcs[1] ?? -1 });
      // Arcs beyond the two of the index lie after the row that they begin with.
      const row = rows()[place];
      return arcs.length > 2 && row !== undefined && row.setupTicks === arcs[0] && row.number === arcs[1] ? place + 1 : place;
    },
  };
}

function endOrdered(gateway: Gateway): MibTable<HistoryRow> {
  const { history } = gateway;
  return {
    length: () => historyLength(history),
    row: (position) => (position < 0 ? undefined : history.byEnd[history.forgotten + position]),
    index: (row) => [row.historyIndex],
    placeOf(arcs) {
      const next = historyAfter(history, arcs.length > 1 ? (arcs[0] ?? 0) : (arcs[0] ?? 0) - 1);
      const first = history.byEnd[history.forgotten];
      return next === null || first === undefined ? historyLength(history) : next.historyIndex - first.historyIndex;
    },
  };
}

function stateOf(row: GatewayConnection): number {
  // RFC 2128: connecting(2) until answered, active(4) from then on.
  return row.connectAt === null ? 2 : 4;
}

function remoteText(row: GatewayConnection): string | null {
  return row.remote?.address ?? null;
}

function activeColumns({ now }: CallMibOptions): MibColumn<GatewayConnection>[] {
  const { callActive, voipActive, commonActive } = table;
  const media = (row: GatewayConnection) => countersOf(row, now());
  return [
    { oid: callActive.peerAddress, tag: octets, value: (row) => row.peerNumber ?? "" },
    { oid: callActive.peerSubAddress, tag: octets, value: () => "" },
    { oid: callActive.peerId, tag: integer, value: () => 0 },
    { oid: callActive.peerIfIndex, tag: integer, value: () => 0 },
    { oid: callActive.logicalIfIndex, tag: integer, value: (row) => row.endpointIndex },
    { oid: callActive.connectTime, tag: ticks, value: (row) => row.connectTicks },
    { oid: callActive.callState, tag: integer, value: stateOf },
    { oid: callActive.callOrigin, tag: integer, value: (row) => encodeLegOrigin(row.origin) },
    { oid: callActive.chargedUnits, tag: gauge, value: () => 0 },
    { oid: callActive.infoType, tag: integer, value: (row) => encodeInfoType(row.carries) },
    { oid: callActive.transmitPackets, tag: gauge, value: (row) => media(row).packetsSent },
    { oid: callActive.transmitBytes, tag: gauge, value: (row) => media(row).octetsSent },
    { oid: callActive.receivePackets, tag: gauge, value: (row) => media(row).packetsReceived },
    { oid: callActive.receiveBytes, tag: gauge, value: (row) => media(row).octetsReceived },
    { oid: voipActive.connectionId, tag: octets, value: (row) => encodeGuid(row.callId) },
    { oid: voipActive.selectedQos, tag: integer, value: (row) => encodeQos(row.qos) },
    { oid: voipActive.sessionProtocol, tag: integer, value: () => sessionProtocolOther },
    { oid: voipActive.sessionTarget, tag: octets, value: (row) => encodeSessionTarget(remoteText(row), !row.media.real) },
    { oid: voipActive.lostPackets, tag: counter, value: (row) => media(row).packetsLost ?? 0 },
    { oid: voipActive.protocolCallId, tag: octets, value: (row) => row.callId },
    { oid: voipActive.remoteMediaAddressType, tag: integer, value: (row) => (row.remote === null ? 0 : ipv4) },
    { oid: voipActive.remoteMediaAddress, tag: octets, value: (row) => encodeAddress(row.remote?.host ?? null) },
    { oid: voipActive.remoteMediaPort, tag: gauge, value: (row) => row.remote?.port ?? 0 },
    { oid: voipActive.callId, tag: gauge, value: (row) => row.number },
    { oid: voipActive.localNumber, tag: octets, value: (row) => row.localNumber ?? "" },
    { oid: commonActive.connectionId, tag: octets, value: (row) => encodeGuid(row.callId) },
    { oid: commonActive.vadEnable, tag: integer, value: () => falseValue },
    { oid: commonActive.coderTypeRate, tag: integer, value: (row) => encodeCoder(row.codec) },
  ];
}

function disconnectText(row: HistoryRow): string {
  return row.releasedHere ? "released by the party here" : "released by the call server";
}

/** The columns that RFC 2128 and Cisco's table share; `place` gives the OID of each. */
function sharedHistoryColumns(columns: Readonly<Record<keyof typeof table.callHistory, string>>): MibColumn<HistoryRow>[] {
  return [
    { oid: columns.peerAddress, tag: octets, value: (row) => row.connection.peerNumber ?? "" },
    { oid: columns.peerSubAddress, tag: octets, value: () => "" },
    { oid: columns.peerId, tag: integer, value: () => 0 },
    { oid: columns.peerIfIndex, tag: integer, value: () => 0 },
    { oid: columns.logicalIfIndex, tag: integer, value: (row) => row.connection.endpointIndex },
    { oid: columns.disconnectCause, tag: octets, value: (row) => encodeCause(row.cause) },
    { oid: columns.disconnectText, tag: octets, value: disconnectText },
    { oid: columns.connectTime, tag: ticks, value: (row) => row.connection.connectTicks },
    { oid: columns.disconnectTime, tag: ticks, value: (row) => row.endTicks },
    { oid: columns.callOrigin, tag: integer, value: (row) => encodeLegOrigin(row.connection.origin) },
    { oid: columns.chargedUnits, tag: gauge, value: () => 0 },
    { oid: columns.infoType, tag: integer, value: (row) => encodeInfoType(row.connection.carries) },
    { oid: columns.transmitPackets, tag: gauge, value: (row) => row.media.packetsSent },
    { oid: columns.transmitBytes, tag: gauge, value: (row) => row.media.octetsSent },
    { oid: columns.receivePackets, tag: gauge, value: (row) => row.media.packetsReceived },
    { oid: columns.receiveBytes, tag: gauge, value: (row) => row.media.octetsReceived },
  ];
}

function historyColumns(): MibColumn<HistoryRow>[] {
  return sharedHistoryColumns(table.callHistory);
}

function ciscoHistoryColumns(): MibColumn<HistoryRow>[] {
  const { ciscoHistory, voipHistory, commonHistory } = table;
  return [
    { oid: ciscoHistory.setupTime, tag: ticks, value: (row) => row.setupTicks },
    ...sharedHistoryColumns(ciscoHistory),
    { oid: ciscoHistory.releaseSource, tag: integer, value: (row) => encodeReleaseSource(row.connection.origin, row.releasedHere) },
    { oid: voipHistory.connectionId, tag: octets, value: (row) => encodeGuid(row.connection.callId) },
    { oid: voipHistory.selectedQos, tag: integer, value: (row) => encodeQos(row.connection.qos) },
    { oid: voipHistory.sessionProtocol, tag: integer, value: () => sessionProtocolOther },
    { oid: voipHistory.sessionTarget, tag: octets, value: (row) => encodeSessionTarget(remoteText(row.connection), row.media.modelled) },
    { oid: voipHistory.lostPackets, tag: counter, value: (row) => row.media.packetsLost ?? 0 },
    { oid: voipHistory.userName, tag: octets, value: (row) => row.connection.localNumber ?? "" },
    { oid: voipHistory.protocolCallId, tag: octets, value: (row) => row.connection.callId },
    { oid: voipHistory.remoteMediaAddressType, tag: integer, value: (row) => (row.connection.remote === null ? 0 : ipv4) },
    { oid: voipHistory.remoteMediaAddress, tag: octets, value: (row) => encodeAddress(row.connection.remote?.host ?? null) },
    { oid: voipHistory.remoteMediaPort, tag: gauge, value: (row) => row.connection.remote?.port ?? 0 },
    { oid: voipHistory.callId, tag: gauge, value: (row) => row.number },
    { oid: commonHistory.connectionId, tag: octets, value: (row) => encodeGuid(row.connection.callId) },
    { oid: commonHistory.coderTypeRate, tag: integer, value: (row) => encodeCoder(row.connection.codec) },
  ];
}
