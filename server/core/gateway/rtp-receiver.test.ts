import { describe, expect, test } from "vitest";
import { longestSilenceMs, newRtpReceiver, type RtpReceiver, receiveRtp, recentSilenceMs, suspendRtp } from "./rtp-receiver.ts";

const clockRate = 8000;

function feed(receiver: RtpReceiver, sequence: number, at: number, ssrc = 7): number {
  return receiveRtp(receiver, { ssrc, sequence: sequence & 0xffff, timestamp: (sequence * 160) >>> 0, payloadOctets: 160 }, at, clockRate);
}

describe("RTP receiver", () => {
  test("an even stream has no loss, no gap and no jitter, across the wrap of the sequence", () => {
    const receiver = newRtpReceiver();
    for (let n = 0; n < 200; n++) feed(receiver, 65_500 + n, n * 20);
    expect(receiver).toMatchObject({ packets: 200, octets: 32_000, lost: 0, gaps: 0 });
    expect(receiver.jitterMs).toBeLessThan(0.001);
    expect(longestSilenceMs(receiver, 199 * 20)).toBe(20);
  });

  test("a missing packet is one gap, and a late one takes its loss back", () => {
    const receiver = newRtpReceiver();
    feed(receiver, 10, 0);
    expect(feed(receiver, 13, 60)).toBe(2);
    expect(receiver).toMatchObject({ lost: 2, gaps: 1 });
    feed(receiver, 12, 61);
    expect(receiver.lost).toBe(1);
  });

  test("a repeated packet is a duplicate", () => {
    const receiver = newRtpReceiver();
    feed(receiver, 10, 0);
    feed(receiver, 10, 1);
    expect(receiver).toMatchObject({ duplicates: 1, lost: 0, gaps: 0 });
  });

  test("a new source starts afresh without loss", () => {
    const receiver = newRtpReceiver();
    feed(receiver, 10, 0, 1);
    feed(receiver, 4000, 20, 2);
    expect(receiver).toMatchObject({ lost: 0, gaps: 0, ssrc: 2 });
  });

  test("silence is the longest pause, the present one included, and ends with a goodbye", () => {
    const receiver = newRtpReceiver();
    expect(longestSilenceMs(receiver, 1000)).toBeNull();
    feed(receiver, 1, 1000);
    feed(receiver, 2, 1250);
    expect(longestSilenceMs(receiver, 1300)).toBe(250);
    expect(longestSilenceMs(receiver, 1700)).toBe(450);
    suspendRtp(receiver);
    expect(longestSilenceMs(receiver, 99_000)).toBe(250);
  });

  test("recent silence forgets what is more than a minute ago", () => {
    const receiver = newRtpReceiver();
    let sequence = 1;
    const flow = (from: number, to: number) => {
      for (let at = from; at < to; at += 20) feed(receiver, sequence++, at);
    };
    flow(100_000, 110_000);
    flow(110_480, 139_000); // half a second without a packet
    expect(recentSilenceMs(receiver, 139_000)).toBe(500);
    flow(139_000, 160_000);
    expect(recentSilenceMs(receiver, 160_000)).toBe(500);
    flow(160_000, 200_000);
    expect(recentSilenceMs(receiver, 200_000)).toBe(20);
    expect(longestSilenceMs(receiver, 200_000)).toBe(500);
    expect(recentSilenceMs(receiver, 300_000)).toBe(100_020);
    suspendRtp(receiver);
    expect(recentSilenceMs(receiver, 300_000)).toBeNull();
  });

  test("jitter follows RFC 3550", () => {
    const receiver = newRtpReceiver();
    feed(receiver, 1, 0);
    feed(receiver, 2, 36);
    expect(receiver.jitterMs).toBeCloseTo(1, 5);
  });
});
