import { expect, test } from "vitest";
import { continuityWord, dscpName, serviceText, tellerText, timingText } from "./connection-sources.ts";

test("code points have their names, others stay numbers", () => {
  expect([46, 0, 40, 34, 26, 14, 44, 63].map(dscpName)).toEqual(["EF", "CS0", "CS5", "AF41", "AF31", "AF13", "44", "63"]);
});

test("the mark of the packets stands beside the service, and neither is made up", () => {
  expect(serviceText("bestEffort", 46)).toBe("EF, best effort");
  expect(serviceText(null, 34)).toBe("AF41");
  expect(serviceText("guaranteedDelay", null)).toBe("guaranteed");
  expect(serviceText(null, null)).toBeNull();
});

test("sources in words; one that is new here keeps its own", () => {
  expect(timingText("gateway-uptime")).toBe("stamped by the gateway’s uptime");
  expect(timingText("toString")).toBe("toString");
  expect(timingText(null)).toBe("nobody stamped it");
  expect(tellerText("rpc")).toBe("a JSON-RPC audit");
});

test("a call that is not ours is observed, whatever would become of it", () => {
  expect(continuityWord("preserved", true)).toBe("preserved");
  expect(continuityWord("preserved", false)).toBe("observed");
  expect(continuityWord(null, true)).toBe("unknown");
});
