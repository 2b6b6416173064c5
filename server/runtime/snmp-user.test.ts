import { describe, expect, test } from "vitest";
import { BackWriter } from "../protocols/snmp/ber.ts";
import { readMessage, wrapScope } from "../protocols/snmp/message.ts";
import { writeRequest } from "../protocols/snmp/pdu.ts";
import { localised, masterKey, openByAny, SnmpUser, type SnmpUserSecrets } from "./snmp-user.ts";

const engineId = Buffer.from("000000000000000000000002", "hex");

describe("SNMPv3 users", () => {
  test("keys are those of RFC 3414 A.3.2", () => {
    const master = masterKey("sha1", "maplesyrup");
    expect(master.toString("hex")).toBe("9fb5cc0381497b3793528939ff788d5d79145211");
    expect(localised("sha1", master, engineId).toString("hex")).toBe("6695febc9288e36282235fc7151f128497b38f3f");
  });

  const levels: SnmpUserSecrets[] = [
    { user: "nobody", auth: null, privacy: null },
    { user: "auth", auth: { protocol: "sha512", secret: "a pass phrase" }, privacy: null },
    ...(["aes128", "aes192", "aes256", "aes192c", "aes256c"] as const).map((protocol) => ({
      user: `priv-${protocol}`,
      auth: { protocol: "sha256" as const, secret: "a pass phrase" },
      privacy: { protocol, secret: "another phrase" },
    })),
  ];

  test.each(levels.map((level) => [level.user, level] as const))("what %s seals is opened again, and by nobody else", (_, secrets) => {
    const user = new SnmpUser(secrets);
    const writer = new BackWriter(16);
    writeRequest(writer, { kind: "get-bulk", names: [Uint8Array.of(0x2b, 6, 1)], nonRepeaters: 0, maxRepetitions: 20 }, 77);
    wrapScope(writer, engineId, Buffer.from("ctx"));
    const octets = user.seal(writer, { messageId: 5, engineId, engineBoots: 3, engineTime: 900, reportable: true });
    const message = readMessage(octets);
    if (message?.version !== "3") throw new Error("not read as v3");
    expect(message).toMatchObject({ messageId: 5, reportable: true, security: { engineBoots: 3, engineTime: 900, user: secrets.user } });
    const opened = user.open(octets, message);
    if (typeof opened === "string") throw new Error(opened);
    expect(opened).toMatchObject({ contextName: "ctx", pdu: { kind: "get-bulk", requestId: 77, second: 20, count: 1 } });
    if (secrets.auth === null) return;
    for (let i = 0; i < octets.length; i++) {
      const changed = Buffer.from(octets);
      changed[i]! ^= 1;
      const read = readMessage(changed);
      if (read?.version === "3") expect(["wrong-digest", "unsupported-level"]).toContain(user.open(changed, read));
    }
    const stranger = new SnmpUser({ ...secrets, auth: { ...secrets.auth, secret: "a pass phrasf" } });
    expect(stranger.open(octets, message)).toBe("wrong-digest");
  });

  test("a message of one of several users is opened by those who can, and else it is told how near it came", () => {
    const phrase = (secret: string) => ({ protocol: "sha256", secret }) as const;
    const both = { user: "tandem", auth: phrase("a pass phrase"), privacy: { protocol: "aes128", secret: "another phrase" } } as const;
    const twin = new SnmpUser(both);
    const lower = new SnmpUser({ ...both, privacy: null });
    const stranger = new SnmpUser({ ...both, auth: phrase("a pass phrasf") });
    const namesake = new SnmpUser({ ...both, user: "tandem2" });
    const deaf = new SnmpUser({ ...both, privacy: { protocol: "aes128", secret: "another phrasf" } });
    const sender = new SnmpUser(both);
    const writer = new BackWriter(16);
    writeRequest(writer, { kind: "get", names: [Uint8Array.of(0x2b, 6, 1)], nonRepeaters: 0, maxRepetitions: 0 }, 77);
    wrapScope(writer, engineId, Buffer.from(""));
    const octets = sender.seal(writer, { messageId: 5, engineId, engineBoots: 3, engineTime: 900, reportable: true });
    const message = readMessage(octets);
    if (message?.version !== "3") throw new Error("not read as v3");
    expect(openByAny([stranger, sender, namesake, twin], octets, message)).toMatchObject({
      users: [sender, twin],
      opened: { pdu: { requestId: 77 } },
    });
    expect(openByAny([], octets, message)).toEqual({ users: [], opened: "unknown-user" });
    expect(openByAny([namesake], octets, message)).toEqual({ users: [], opened: "unknown-user" });
    expect(openByAny([lower, namesake], octets, message)).toEqual({ users: [], opened: "unsupported-level" });
    expect(openByAny([stranger, lower], octets, message)).toEqual({ users: [], opened: "wrong-digest" });
    expect(openByAny([deaf, stranger], octets, message)).toEqual({ users: [deaf], opened: "not-decrypted" });
  });

  test("secrets that must not be used are refused without being told", () => {
    expect(() => new SnmpUser({ user: "u", auth: { protocol: "sha256", secret: "short" }, privacy: null })).toThrow(
      "SNMP user u: the secret of auth is shorter than 8 characters",
    );
    expect(() => new SnmpUser({ user: "u", auth: null, privacy: { protocol: "aes128", secret: "long enough" } })).toThrow(
      "privacy needs auth",
    );
  });
});
