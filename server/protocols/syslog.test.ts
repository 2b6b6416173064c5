import { expect, test } from "vitest";
import { encodeSyslog, type SyslogMessage } from "./syslog.ts";

const message: SyslogMessage = {
  facility: "local0",
  severity: 2,
  at: Date.UTC(2026, 2, 4, 5, 6, 7, 89),
  host: "north-1",
  appName: "tandem",
  processId: 4242,
  messageId: "TandemFailover",
  data: { status: "firing", server: "cs-b" },
  text: "cs-b takes over from cs-a.",
};
const textOf = (more: Partial<SyslogMessage>): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(encodeSyslog({ ...message, ...more }));

test("is written as RFC 5424 says", () => {
  expect(textOf({})).toBe(
    '<130>1 2026-03-04T05:06:07.089Z north-1 tandem 4242 TandemFailover [tandem@32473 status="firing" server="cs-b"] \u{feff}cs-b takes over from cs-a.',
  );
});

test("what people wrote cannot end a value, a line or the message", () => {
  expect(textOf({ data: { reason: 'a "b" \\ ] c\n<1>1 forged' }, text: "two\r\nlines" })).toContain(
    '[tandem@32473 reason="a \\"b\\" \\\\ \\] c <1>1 forged"] \u{feff}two lines',
  );
  expect(textOf({ host: "a host", appName: "", messageId: "ü" })).toContain(" ahost - 4242 - [");
});

test("is never longer than receivers take, nor cut within a character", () => {
  for (const padding of [1890, 1891, 1892, 1893]) {
    const octets = encodeSyslog({ ...message, text: `${"x".repeat(padding)}${"€".repeat(100)}` });
    expect(octets.length).toBeLessThanOrEqual(2048);
    expect(octets.length).toBeGreaterThan(2044);
    expect(() => new TextDecoder("utf-8", { fatal: true }).decode(octets)).not.toThrow();
  }
});
