/**
 * Golden fixtures of the link's wire format: one message of each kind and its exact octets.
 * The octets were written once by the codec, checked by an independent reader of the layout in codec.ts, and must never change for version 1.0.
 * Cluster "demo", key id 7 with the secret "golden-datagram-secret-of-the-link", from "cs-a" to "gw-1", boot 1763683200123, sequence 41, path 1.
 */
import type { LinkMessage } from "../../core/control/link-message.ts";

export const goldenCluster = "demo";
export const goldenKeyId = 7;
export const goldenSecret = "golden-datagram-secret-of-the-link";
export const goldenHeader = { envelope: { from: "cs-a", boot: 1763683200123, sequence: 41 }, to: "gw-1", path: 1 } as const;

const epoch = { number: 41, server: "cs-a" };

export interface GoldenDatagram {
  readonly message: LinkMessage;
  readonly hex: string;
}

export const goldenDatagrams: readonly GoldenDatagram[] = [
  {
    message: {
      kind: "keepalive",
      epoch,
      role: "primary",
      title: true,
      leaseMs: 450,
      votersVersion: 3,
      calls: 60,
      capacityCalls: 2000,
      loadPercent: 12.5,
      digest: "00ff10203040abcd",
      condition: "ok",
      ready: false,
    },
    hex: "544e444d01000701e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31003500000000000000290463732d610101407c200000000000000000030000003c000007d0402900000000000000ff10203040abcd0000696dd2f345b343a35e0bfd5427761ec5302d0925bd275969d98384059f38b76f",
  },
  {
    message: { kind: "claim", epoch: { number: 42, server: "cs-b" }, leaseMs: 450, votersVersion: 3, forced: false, automatic: true },
    hex: "544e444d01000702e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001b000000000000002a0463732d62407c200000000000000000030001954998f32955c6fac6c4a98a8d043294d416a777948bd0f7a027a52225af997c",
  },
  {
    message: {
      kind: "answer",
      toBoot: 1763683100000,
      toSequence: 9007199254740991,
      epoch,
      promiseMs: 500,
      refusal: null,
      remainingMs: null,
      granted: epoch,
      votersVersion: 3,
    },
    hex: "544e444d01000703e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d3100380000019aa3b46560001fffffffffffff00000000000000290463732d61407f400000000000000000000000000000290463732d6100000003f8af533688a13241abc3df91736222f97c5d066e132e5f769870c9947ebf7621",
  },
  {
    message: {
      kind: "answer",
      toBoot: 1763683100000,
      toSequence: 5,
      epoch,
      promiseMs: 0,
      refusal: "promised",
      remainingMs: 123.4,
      granted: { number: 0, server: "" },
      votersVersion: 3,
    },
    hex: "544e444d01000703e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31003c0000019aa3b46560000000000000000500000000000000290463732d6100000000000000000101405ed9999999999a00000000000000000000000003bd8da2b1824531992c7917977d7f7d995bd158ab410eeec95c7c597e10d180cb",
  },
  {
    message: { kind: "query", missed: 2, missLimit: 5 },
    hex: "544e444d01000704e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d3100080000000200000005c17b4e9dc6745174d40d4bedb1dc0ec488f727bc6113602131ba509ebab677d0",
  },
  {
    message: { kind: "query-reply", toBoot: 1763683100000, toSequence: 6, title: false, epoch },
    hex: "544e444d01000705e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001e0000019aa3b4656000000000000000060000000000000000290463732d618de36f461466b3ac3d42df57a0bf0ddad29600c95fc9384393ee1ae0820a895d",
  },
  {
    message: { kind: "vote-request", about: "cs-a" },
    hex: "544e444d01000706e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d3100050463732d61ef9488ced75c669fa1ec28abde51fa9698d47f185a41b20c1b50a290ad82da43",
  },
  {
    message: {
      kind: "vote",
      toBoot: 1763683100000,
      toSequence: 7,
      about: "cs-a",
      titleSilentMs: 411.1,
      keepaliveSilentMs: 401.9,
      commandSilentMs: null,
      remainingMs: 98.9,
      granted: epoch,
      contested: false,
      abstaining: true,
      votersVersion: 3,
    },
    hex: "544e444d01000707e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d3100430000019aa3b4656000000000000000070463732d61014079b1999999999a0140791e6666666666004058b9999999999a00000000000000290463732d610001000000038ccc664188b2831e928a9ec8ebc2247588b08c7ac1988597772baf82c6de4234",
  },
  {
    message: { kind: "release", epoch, successor: "cs-b" },
    hex: "544e444d01000708e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001300000000000000290463732d61010463732d62e8e75f8f2469507df3952e03c85ad39384a3109ce0a58a0743855400c6e3d4b9",
  },
  {
    message: { kind: "released", toBoot: 1763683100000, toSequence: 8, epoch },
    hex: "544e444d01000709e41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001d0000019aa3b46560000000000000000800000000000000290463732d614d0ae6713347e69ac45d7d1ea0019e06f888cbf8c5ae6d290089eb86505f9292",
  },
  {
    message: { kind: "admit", epoch, votersVersion: 4 },
    hex: "544e444d0100070ae41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001100000000000000290463732d610000000426490b6c5a9573fdda75e01ce8f1473527e567c40e3f22e98425239b0c2176a2",
  },
  {
    message: { kind: "handover", switchoverId: "so-1", epoch, reason: "Wartung – Zürich", by: "operator" },
    hex: "544e444d0100070be41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31003104736f2d3100000000000000290463732d61001357617274756e6720e28093205ac3bc7269636800086f70657261746f723f9e78ecffc9e727cceefeeb99a9f77118527d71cc3680de940fca9cb44f448c",
  },
  {
    message: { kind: "switchover-request", switchoverId: "so-1", to: null, reason: "maintenance", by: "operator" },
    hex: "544e444d0100070ce41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31001d04736f2d3100000b6d61696e74656e616e636500086f70657261746f72be440f0f88d87b73b845394935c6c6ccdbb075d4222cadb3927e64b8e65dc6fe",
  },
  {
    message: {
      kind: "switchover-reply",
      switchoverId: "so-1",
      accepted: false,
      blockers: ["cs-b is not ready.", "An audit is older than 30 s."],
    },
    hex: "544e444d0100070de41b674276d396010000019aa3b5ec7b00000000000000290463732d610467772d31003904736f2d310002001263732d62206973206e6f742072656164792e001c416e206175646974206973206f6c646572207468616e20333020732e20334d81f6b1f36de2b9ba8258cf847af90eee2fefe853467cfd68b3b3ee8a4c",
  },
];
