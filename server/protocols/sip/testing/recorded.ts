/**
 * Messages recorded from Kamailio 5.6.3 (presence, presence_dialoginfo, pua_dialoginfo), as their lines. In a body they end in LF, in a head in CRLF.
 */

export interface Recorded {
  readonly name: string;
  readonly head: readonly string[];
  readonly body: readonly string[];
}

export const recorded: readonly Recorded[] = [
  {
    name: "an OPTIONS request",
    head: [
      "OPTIONS sip:127.0.0.1:25060 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bKo1;rport",
      "From: <sip:ping@127.0.0.1>;tag=o1",
      "To: <sip:127.0.0.1>",
      "Call-ID: opt1",
      "CSeq: 1 OPTIONS",
      "Max-Forwards: 70",
      "Content-Length: 0",
    ],
    body: [],
  },
  {
    name: "its answer",
    head: [
      "SIP/2.0 200 Keepalive",
      "Via: SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bKo1;rport=25073;received=127.0.0.1",
      "From: <sip:ping@127.0.0.1>;tag=o1",
      "To: <sip:127.0.0.1>;tag=5497176f96ac98204aead303f19a0d17.9bf98736",
      "Call-ID: opt1",
      "CSeq: 1 OPTIONS",
      "Server: kamailio (5.6.3 (x86_64/linux))",
      "Content-Length: 0",
    ],
    body: [],
  },
  {
    name: "a one-shot SUBSCRIBE",
    head: [
      "SUBSCRIBE sip:bob@127.0.0.1 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bK712186709;rport",
      "From: <sip:watcher@127.0.0.1>;tag=w1",
      "To: <sip:bob@127.0.0.1>",
      "Call-ID: poll-bob",
      "CSeq: 1 SUBSCRIBE",
      "Contact: <sip:watcher@127.0.0.1:25073>",
      "Event: dialog",
      "Accept: application/dialog-info+xml",
      "Expires: 0",
      "Max-Forwards: 70",
      "Content-Length: 0",
    ],
    body: [],
  },
  {
    name: "its answer with Expires: 0",
    head: [
      "SIP/2.0 200 OK",
      "Via: SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bK712186709;rport=25073;received=127.0.0.1",
      "From: <sip:watcher@127.0.0.1>;tag=w1",
      "To: <sip:bob@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-06a33c79",
      "Call-ID: poll-bob",
      "CSeq: 1 SUBSCRIBE",
      "Expires: 0",
      "Contact: <sip:127.0.0.1:25060>",
      "Server: kamailio (5.6.3 (x86_64/linux))",
      "Content-Length: 0",
    ],
    body: [],
  },
  {
    name: "a NOTIFY without a body",
    head: [
      "NOTIFY sip:watcher@127.0.0.1:25073 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25060;branch=z9hG4bK2bf8.b6064ec0000000000000000000000000.0",
      "To: <sip:watcher@127.0.0.1>;tag=w1",
      "From: <sip:bob@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-55fce021",
      "CSeq: 2 NOTIFY",
      "Call-ID: sub-bob",
      "Content-Length: 0",
      "User-Agent: kamailio (5.6.3 (x86_64/linux))",
      "Max-Forwards: 70",
      "Event: dialog",
      "Contact: <sip:127.0.0.1:25060>",
      "Subscription-State: active;expires=600",
    ],
    body: [],
  },
  {
    name: "a NOTIFY of a call that is tried",
    head: [
      "NOTIFY sip:watcher@127.0.0.1:25073 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25060;branch=z9hG4bKcc35.1ce343f6000000000000000000000000.0",
      "To: <sip:watcher@127.0.0.1>;tag=w1",
      "From: <sip:alice@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-1e225fcc",
      "CSeq: 3 NOTIFY",
      "Call-ID: sub-alice",
      "Content-Length: 494",
      "User-Agent: kamailio (5.6.3 (x86_64/linux))",
      "Max-Forwards: 70",
      "Event: dialog",
      "Contact: <sip:127.0.0.1:25060>",
      "Subscription-State: active;expires=599",
      "Content-Type: application/dialog-info+xml",
    ],
    body: [
      '<?xml version="1.0"?>',
      '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="2" state="full" entity="sip:alice@127.0.0.1">',
      '  <dialog id="padi-6b0091e1-72d2-1" call-id="call-1@alice" direction="initiator">',
      "    <state>Trying</state>",
      "    <remote>",
      "      <identity>sip:bob@127.0.0.1</identity>",
      '      <target uri="sip:bob@127.0.0.1"/>',
      "    </remote>",
      "    <local>",
      "      <identity>sip:alice@127.0.0.1</identity>",
      '      <target uri="sip:alice@127.0.0.1"/>',
      "    </local>",
      "  </dialog>",
      "</dialog-info>",
    ],
  },
  {
    name: "a NOTIFY of a call that is up",
    head: [
      "NOTIFY sip:watcher@127.0.0.1:25073 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25060;branch=z9hG4bK9c35.2a5a67c2000000000000000000000000.0",
      "To: <sip:watcher@127.0.0.1>;tag=w1",
      "From: <sip:alice@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-1e225fcc",
      "CSeq: 4 NOTIFY",
      "Call-ID: sub-alice",
      "Content-Length: 540",
      "User-Agent: kamailio (5.6.3 (x86_64/linux))",
      "Max-Forwards: 70",
      "Event: dialog",
      "Contact: <sip:127.0.0.1:25060>",
      "Subscription-State: active;expires=598",
      "Content-Type: application/dialog-info+xml",
    ],
    body: [
      '<?xml version="1.0"?>',
      '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:alice@127.0.0.1">',
      '  <dialog id="padi-6b0091e1-72d2-1" call-id="call-1@alice" local-tag="a1" remote-tag="b1" direction="initiator">',
      "    <state>confirmed</state>",
      "    <remote>",
      "      <identity>sip:bob@127.0.0.1</identity>",
      '      <target uri="sip:bob@127.0.0.1:25072"/>',
      "    </remote>",
      "    <local>",
      "      <identity>sip:alice@127.0.0.1</identity>",
      '      <target uri="sip:alice@127.0.0.1:25071"/>',
      "    </local>",
      "  </dialog>",
      "</dialog-info>",
    ],
  },
  {
    name: "the NOTIFY of a poll",
    head: [
      "NOTIFY sip:watcher@127.0.0.1:25073 SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:25060;branch=z9hG4bKd85c.6dce3e86000000000000000000000000.0",
      "To: <sip:watcher@127.0.0.1>;tag=w1",
      "From: <sip:bob@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-06a33c79",
      "CSeq: 1 NOTIFY",
      "Call-ID: poll-bob",
      "Content-Length: 502",
      "User-Agent: kamailio (5.6.3 (x86_64/linux))",
      "Max-Forwards: 70",
      "Event: dialog",
      "Contact: <sip:127.0.0.1:25060>",
      "Subscription-State: terminated;reason=timeout",
      "Content-Type: application/dialog-info+xml",
    ],
    body: [
      '<?xml version="1.0"?>',
      '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:bob@127.0.0.1">',
      '  <dialog id="padi-6b0091e1-72d2-1" call-id="call-1@alice" direction="recipient">',
      "    <state>terminated</state>",
      "    <remote>",
      "      <identity>sip:alice@127.0.0.1</identity>",
      '      <target uri="sip:alice@127.0.0.1:25071"/>',
      "    </remote>",
      "    <local>",
      "      <identity>sip:bob@127.0.0.1</identity>",
      '      <target uri="sip:bob@127.0.0.1"/>',
      "    </local>",
      "  </dialog>",
      "</dialog-info>",
    ],
  },
  {
    name: "a refusal of an unknown package",
    head: [
      "SIP/2.0 489 Bad Event",
      "Via: SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bK274864354;rport=25073;received=127.0.0.1",
      "From: <sip:watcher@127.0.0.1>;tag=w1",
      "To: <sip:bob@127.0.0.1>;tag=62a8e38824eb2a320f9d06b0beb8e283-586bea04",
      "Call-ID: foo-bob",
      "CSeq: 1 SUBSCRIBE",
      "Allow-Events: reg, dialog",
      "Server: kamailio (5.6.3 (x86_64/linux))",
      "Content-Length: 0",
    ],
    body: [],
  },
];

/** As it came over the wire. */
export function wireOf({ head, body }: Recorded): string {
  return `${head.join("\r\n")}\r\n\r\n${body.length === 0 ? "" : `${body.join("\n")}\n`}`;
}

export function recordedMessage(name: string): string {
  const found = recorded.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no recorded message ${name}`);
  return wireOf(found);
}
