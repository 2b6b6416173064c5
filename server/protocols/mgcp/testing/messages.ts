/**
 * MGCP messages with what they mean. Each fixture serves many proofs: decode, encode, bare LF, lower case, piggyback, truncation, bit flips.
 * `wire` is written as Tandem would write it; the last ones were recorded from osmo-mgw 1.10.0.
 */
import type { Command, Message, Response } from "../message.ts";

export interface Fixture {
  readonly name: string;
  readonly wire: readonly string[];
  readonly message: Message;
}

function asked(
  verb: Command["verb"],
  transactionId: number,
  endpoint: string,
  parameters: Command["parameters"],
  bodies: readonly string[] = [],
): Command {
  return { kind: "command", verb, transactionId, endpoint, profile: "", parameters, bodies };
}

function answered(
  code: number,
  transactionId: number,
  comment: string,
  parameters: Response["parameters"] = {},
  bodies: readonly string[] = [],
): Response {
  return { kind: "response", code, transactionId, package: null, comment, parameters, bodies };
}

const event = (name: string, args: string[] | null = null, connection: string | null = null) => ({
  name,
  connection,
  arguments: args,
  parameters: null,
});

const osmoSdp = ["v=0", "o=- 569C2AF7 23 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 34002 RTP/AVP 0", "a=ptime:20"];

export const fixtures: readonly Fixture[] = [
  {
    name: "RQNT asking for hook events and digits, with ringing and caller id",
    wire: [
      "RQNT 8200001 aaln/3@if-1 MGCP 1.0",
      "N: cs-a@[127.0.0.1]:2727",
      "X: 1F",
      "R: L/hd(N), L/hu(N), D/[0-9*#T](D)",
      'S: L/rg, L/ci(,5001,"A. Person")',
      "D: (50[1-3]xx|0xxxxxx.T)",
      "Q: loop",
    ],
    message: asked("RQNT", 8200001, "aaln/3@if-1", {
      notifiedEntity: "cs-a@[127.0.0.1]:2727",
      requestId: "1F",
      requestedEvents: [event("L/hd", ["N"]), event("L/hu", ["N"]), event("D/[0-9*#T]", ["D"])],
      signals: [event("L/rg"), event("L/ci", ["", "5001", '"A. Person"'])],
      digitMap: "(50[1-3]xx|0xxxxxx.T)",
      quarantine: ["loop"],
    }),
  },
  {
    name: "NTFY of digits with its age",
    wire: ["NTFY 77 aaln/3@if-1 MGCP 1.0", "X: 1F", "O: D/5, D/0, D/0, D/2", "X-Event-Age: 1234"],
    message: asked("NTFY", 77, "aaln/3@if-1", {
      requestId: "1F",
      observedEvents: [event("D/5"), event("D/0"), event("D/0"), event("D/2")],
      eventAgeMs: 1234,
    }),
  },
  {
    name: "NTFY of a seizure and a release on a trunk channel",
    wire: ["NTFY 78 ds/e1-1/7@gw-1 MGCP 1.0", "X: 0", "O: MD/sup(addr(5002),id(0301234567)), MS/rel(16)"],
    message: asked("NTFY", 78, "ds/e1-1/7@gw-1", {
      requestId: "0",
      observedEvents: [event("MD/sup", ["addr(5002)", "id(0301234567)"]), event("MS/rel", ["16"])],
    }),
  },
  {
    name: "CRCX with an encapsulated request and a remote session description",
    wire: [
      "CRCX 8200002 ds/e1-1/7@gw-1 MGCP 1.0",
      "K: 8199990-8199993,8200001",
      "C: 0123456789ABCDEF0123456789ABCDEF",
      "X: 20",
      "L: p:20, a:PCMU;PCMA, t:B8, r:cl, e:on",
      "M: sendrecv",
      "R: MS/ans(N), MS/rel(N)",
      "S: MD/sup(addr(0301234567),id(5001))",
      "",
      "v=0",
      "o=- 1 1 IN IP4 127.0.0.1",
      "s=-",
      "c=IN IP4 127.0.0.1",
      "t=0 0",
      "m=audio 40002 RTP/AVP 0",
    ],
    message: asked(
      "CRCX",
      8200002,
      "ds/e1-1/7@gw-1",
      {
        confirmed: [
          { first: 8199990, last: 8199993 },
          { first: 8200001, last: 8200001 },
        ],
        callId: "0123456789ABCDEF0123456789ABCDEF",
        requestId: "20",
        localOptions: { codecs: ["PCMU", "PCMA"], ptimeMs: 20, tos: 0xb8, qos: "controlledLoad", others: ["e:on"] },
        mode: "sendrecv",
        requestedEvents: [event("MS/ans", ["N"]), event("MS/rel", ["N"])],
        signals: [event("MD/sup", ["addr(0301234567)", "id(5001)"])],
      },
      ["v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40002 RTP/AVP 0\r\n"],
    ),
  },
  {
    name: "response to CRCX with endpoint, connection and local description",
    wire: ["200 8200002 OK", "Z: ds/e1-1/7@gw-1", "I: 0000002A", "", ...osmoSdp],
    message: answered(200, 8200002, "OK", { specificEndpoints: ["ds/e1-1/7@gw-1"], connectionIds: ["0000002A"] }, [
      `${osmoSdp.join("\r\n")}\r\n`,
    ]),
  },
  {
    name: "DLCX by call only",
    wire: ["DLCX 9 aaln/3@if-1 MGCP 1.0", "C: AB", "E: 904 maintenance"],
    message: asked("DLCX", 9, "aaln/3@if-1", { callId: "AB", reasonCode: { code: 904, text: "maintenance" } }),
  },
  {
    name: "response to DLCX with connection parameters and an extension",
    wire: ["250 9 Connection Deleted", "P: PS=1245, OS=62345, PR=780, OR=45123, PL=10, JI=27, LA=48, X-Silence=40"],
    message: answered(250, 9, "Connection Deleted", {
      connectionParameters: {
        packetsSent: 1245,
        octetsSent: 62345,
        packetsReceived: 780,
        octetsReceived: 45123,
        packetsLost: 10,
        jitterMs: 27,
        latencyMs: 48,
        extensions: [["X-Silence", "40"]],
      },
    }),
  },
  {
    name: "AUEP of everything",
    wire: ["AUEP 1200 aaln/1@if-1 MGCP 1.0", "F: R, D, S, X, N, I, T, O, ES, B, RM, RD, E, PL, MD, A"],
    message: asked("AUEP", 1200, "aaln/1@if-1", {
      requestedInfo: ["R", "D", "S", "X", "N", "I", "T", "O", "ES", "B", "RM", "RD", "E", "PL", "MD", "A"],
    }),
  },
  {
    name: "response to AUEP with empty values, states and capabilities",
    wire: [
      "200 1200 OK",
      "B: e:mu",
      "I: FDE234C8, DFE233D1",
      "N:",
      "X: 0",
      "R:",
      "S:",
      "D:",
      "O:",
      "E: 000 normal",
      "T: L/hu(N)",
      "ES: L/hd",
      "RM: restart",
      "RD: 0",
      "A: a:PCMU, p:20, v:L;D, m:sendrecv;recvonly",
      "A: a:G729, p:30-90",
      "PL: L, D",
      "MD: 4000",
    ],
    message: answered(200, 1200, "OK", {
      bearer: "e:mu",
      connectionIds: ["FDE234C8", "DFE233D1"],
      notifiedEntity: "",
      requestId: "0",
      requestedEvents: [],
      signals: [],
      digitMap: "",
      observedEvents: [],
      reasonCode: { code: 0, text: "normal" },
      detectEvents: [event("L/hu", ["N"])],
      eventStates: [event("L/hd")],
      restartMethod: "restart",
      restartDelay: 0,
      capabilities: ["a:PCMU, p:20, v:L;D, m:sendrecv;recvonly", "a:G729, p:30-90"],
      packages: ["L", "D"],
      maxDatagram: 4000,
    }),
  },
  {
    name: "response to AUCX with local and remote description",
    wire: ["200 1203 OK", "C: AB", "L: p:20, a:PCMU", "M: sendrecv", "", "v=0", "", "v=0", "o=- 2 2 IN IP4 10.0.0.9"],
    message: answered(
      200,
      1203,
      "OK",
      { callId: "AB", localOptions: { codecs: ["PCMU"], ptimeMs: 20, tos: null, qos: null, others: [] }, mode: "sendrecv" },
      ["v=0\r\n", "v=0\r\no=- 2 2 IN IP4 10.0.0.9\r\n"],
    ),
  },
  {
    name: "RSIP of a whole gateway",
    wire: ["RSIP 1 *@gw-1 MGCP 1.0", "RM: disconnected", "RD: 12"],
    message: asked("RSIP", 1, "*@gw-1", { restartMethod: "disconnected", restartDelay: 12 }),
  },
  {
    name: "redirection to another call agent",
    wire: ["521 1 Redirected", "N: cs-b@[127.0.0.1]:2728"],
    message: answered(521, 1, "Redirected", { notifiedEntity: "cs-b@[127.0.0.1]:2728" }),
  },
  {
    name: "a package-specific code, and extensions kept as written",
    wire: ["851 4 /L no tone", "X-Other: some value"],
    message: { ...answered(851, 4, "no tone", { others: [["X-Other", "some value"]] }), package: "L" },
  },
  { name: "response acknowledgement", wire: ["000 17"], message: answered(0, 17, "") },
  { name: "provisional answer", wire: ["100 17 pending"], message: answered(100, 17, "pending") },
  {
    name: "osmo-mgw: CRCX on the wildcard endpoint",
    wire: ["200 2001 OK", "Z: rtpbridge/1@mgw", "I: 569C2AF7", "", ...osmoSdp],
    message: answered(200, 2001, "OK", { specificEndpoints: ["rtpbridge/1@mgw"], connectionIds: ["569C2AF7"] }, [
      `${osmoSdp.join("\r\n")}\r\n`,
    ]),
  },
  {
    name: "osmo-mgw: DLCX statistics without LA",
    wire: ["250 2018 OK", "P: PS=50, OS=8600, PR=50, OR=8600, PL=1, JI=5"],
    message: answered(250, 2018, "OK", {
      connectionParameters: {
        packetsSent: 50,
        octetsSent: 8600,
        packetsReceived: 50,
        octetsReceived: 8600,
        packetsLost: 1,
        jitterMs: 5,
        latencyMs: null,
        extensions: [],
      },
    }),
  },
  { name: "osmo-mgw: no such connection", wire: ["515 2018 FAIL"], message: answered(515, 2018, "FAIL") },
];
