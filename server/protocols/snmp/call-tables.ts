/**
 * The OIDs that a call server reads and our gateway's agent serves: RFC 2128 and the Cisco voice tables over the same rows.
 *
 * Scheme that agent and driver share where the MIBs leave a choice:
 * - Active tables: INDEX (callActiveSetupTime, callActiveIndex). The agent puts the *connection number* (1..2^31-1) into callActiveIndex:
 *   the MGCP ConnectionId is the same number as 8 upper-case hex digits. So a row names its connection without a further audit.
 * - callActiveLogicalIfIndex = 1-based number of the endpoint within the gateway; 0 = none.
 * - callActivePeerAddress = the other party's number; cvVoIPCallActiveReversedDirectionPeerAddress = this endpoint's number.
 * - cvVoIP…ConnectionId (CvcGUid, 16 octets) = the call's GUID = the MGCP CallId.
 * - …SessionTarget = `ipv4:<host>:<port>` for a real stream, `modelled:<host>:<port>` where no RTP really runs, empty without a remote side.
 * - History: RFC 2128's callHistoryTable for everybody, indexed like the active table; and cCallHistoryTable, whose index rises by one
 *   with each ended call, so that a reader can ask for the newest part only. cCallHistoryTable has no GUID column:
 *   cvVoIPCallHistoryTable carries it (column 1) under the same cCallHistoryIndex, and the connection number as
 *   cvVoIPCallHistoryCallId (column 46), which joins an ended row to its active row.
 * - cCallHistoryReleaseSrc: the endpoint's own party hung up = callingPartyInPstn(1) on an `answer` leg, calledPartyInPstn(3) on an
 *   `originate` leg; the call server deleted it = externalCallControlAgent(12).
 * - snmpEngineBoots.0 = whole seconds of the node's boot id: names the boot exactly, where sysUpTime names it only by subtraction.
 */

export const sysUpTime = "1.3.6.1.2.1.1.3.0";
export const snmpEngineBoots = "1.3.6.1.6.3.10.2.1.2.0";
export const totalActiveConnections = "1.3.6.1.4.1.9.9.63.1.3.8.2.0";

/** System group (RFC 3418), as scalars without the final `.0`. */
export const systemGroup = {
  description: "1.3.6.1.2.1.1.1",
  objectId: "1.3.6.1.2.1.1.2",
  upTime: "1.3.6.1.2.1.1.3",
  contact: "1.3.6.1.2.1.1.4",
  name: "1.3.6.1.2.1.1.5",
  location: "1.3.6.1.2.1.1.6",
  services: "1.3.6.1.2.1.1.7",
} as const;

/** DIAL-CONTROL-MIB callActiveTable: entry and columns. */
export const callActiveEntry = "1.3.6.1.2.1.10.21.1.3.1.1";
export const callActive = {
  peerAddress: `${callActiveEntry}.3`,
  peerSubAddress: `${callActiveEntry}.4`,
  peerId: `${callActiveEntry}.5`,
  peerIfIndex: `${callActiveEntry}.6`,
  logicalIfIndex: `${callActiveEntry}.7`,
  connectTime: `${callActiveEntry}.8`,
  callState: `${callActiveEntry}.9`,
  callOrigin: `${callActiveEntry}.10`,
  chargedUnits: `${callActiveEntry}.11`,
  infoType: `${callActiveEntry}.12`,
  transmitPackets: `${callActiveEntry}.13`,
  transmitBytes: `${callActiveEntry}.14`,
  receivePackets: `${callActiveEntry}.15`,
  receiveBytes: `${callActiveEntry}.16`,
} as const;

export const callHistoryTableMaxLength = "1.3.6.1.2.1.10.21.1.4.1";
export const callHistoryRetainTimer = "1.3.6.1.2.1.10.21.1.4.2";

/** DIAL-CONTROL-MIB callHistoryTable: INDEX (callActiveSetupTime, callActiveIndex). */
export const callHistoryEntry = "1.3.6.1.2.1.10.21.1.4.3.1";
export const callHistory = {
  peerAddress: `${callHistoryEntry}.1`,
  peerSubAddress: `${callHistoryEntry}.2`,
  peerId: `${callHistoryEntry}.3`,
  peerIfIndex: `${callHistoryEntry}.4`,
  logicalIfIndex: `${callHistoryEntry}.5`,
  disconnectCause: `${callHistoryEntry}.6`,
  disconnectText: `${callHistoryEntry}.7`,
  connectTime: `${callHistoryEntry}.8`,
  disconnectTime: `${callHistoryEntry}.9`,
  callOrigin: `${callHistoryEntry}.10`,
  chargedUnits: `${callHistoryEntry}.11`,
  infoType: `${callHistoryEntry}.12`,
  transmitPackets: `${callHistoryEntry}.13`,
  transmitBytes: `${callHistoryEntry}.14`,
  receivePackets: `${callHistoryEntry}.15`,
  receiveBytes: `${callHistoryEntry}.16`,
} as const;

/** CISCO-VOICE-DIAL-CONTROL-MIB cvVoIPCallActiveTable: same INDEX as callActiveTable. */
export const voipActiveEntry = "1.3.6.1.4.1.9.9.63.1.3.2.1";
export const voipActive = {
  connectionId: `${voipActiveEntry}.1`,
  selectedQos: `${voipActiveEntry}.5`,
  sessionProtocol: `${voipActiveEntry}.6`,
  sessionTarget: `${voipActiveEntry}.7`,
  lostPackets: `${voipActiveEntry}.18`,
  protocolCallId: `${voipActiveEntry}.22`,
  remoteMediaAddressType: `${voipActiveEntry}.26`,
  remoteMediaAddress: `${voipActiveEntry}.27`,
  remoteMediaPort: `${voipActiveEntry}.28`,
  callId: `${voipActiveEntry}.42`,
  localNumber: `${voipActiveEntry}.45`,
} as const;

/** CISCO-VOICE-COMMON-DIAL-CONTROL-MIB cvCommonDcCallActiveTable: same INDEX. Where the codec of a network leg is today. */
export const commonActiveEntry = "1.3.6.1.4.1.9.10.55.1.1.1.1";
export const commonActive = {
  connectionId: `${commonActiveEntry}.1`,
  vadEnable: `${commonActiveEntry}.2`,
  coderTypeRate: `${commonActiveEntry}.3`,
} as const;

/** CISCO-DIAL-CONTROL-MIB cCallHistoryTable: INDEX cCallHistoryIndex. */
export const ciscoHistoryEntry = "1.3.6.1.4.1.9.10.25.1.4.3.1";
export const ciscoHistory = {
  setupTime: `${ciscoHistoryEntry}.2`,
  peerAddress: `${ciscoHistoryEntry}.3`,
  peerSubAddress: `${ciscoHistoryEntry}.4`,
  peerId: `${ciscoHistoryEntry}.5`,
  peerIfIndex: `${ciscoHistoryEntry}.6`,
  logicalIfIndex: `${ciscoHistoryEntry}.7`,
  disconnectCause: `${ciscoHistoryEntry}.8`,
  disconnectText: `${ciscoHistoryEntry}.9`,
  connectTime: `${ciscoHistoryEntry}.10`,
  disconnectTime: `${ciscoHistoryEntry}.11`,
  callOrigin: `${ciscoHistoryEntry}.12`,
  chargedUnits: `${ciscoHistoryEntry}.13`,
  infoType: `${ciscoHistoryEntry}.14`,
  transmitPackets: `${ciscoHistoryEntry}.15`,
  transmitBytes: `${ciscoHistoryEntry}.16`,
  receivePackets: `${ciscoHistoryEntry}.17`,
  receiveBytes: `${ciscoHistoryEntry}.18`,
  releaseSource: `${ciscoHistoryEntry}.20`,
} as const;

/** CISCO-VOICE-DIAL-CONTROL-MIB cvVoIPCallHistoryTable: same INDEX as cCallHistoryTable. */
export const voipHistoryEntry = "1.3.6.1.4.1.9.9.63.1.4.2.1";
export const voipHistory = {
  connectionId: `${voipHistoryEntry}.1`,
  selectedQos: `${voipHistoryEntry}.5`,
  sessionProtocol: `${voipHistoryEntry}.6`,
  sessionTarget: `${voipHistoryEntry}.7`,
  lostPackets: `${voipHistoryEntry}.19`,
  /** The calling party's number: on an `answer` leg the number of this endpoint. */
  userName: `${voipHistoryEntry}.22`,
  protocolCallId: `${voipHistoryEntry}.23`,
  remoteMediaAddressType: `${voipHistoryEntry}.27`,
  remoteMediaAddress: `${voipHistoryEntry}.28`,
  remoteMediaPort: `${voipHistoryEntry}.29`,
  callId: `${voipHistoryEntry}.46`,
} as const;

/** cvCommonDcCallHistoryTable: same INDEX as cCallHistoryTable. */
export const commonHistoryEntry = "1.3.6.1.4.1.9.10.55.1.2.1.1";
export const commonHistory = {
  connectionId: `${commonHistoryEntry}.1`,
  coderTypeRate: `${commonHistoryEntry}.3`,
} as const;
