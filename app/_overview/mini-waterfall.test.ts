import { expect, test } from "vitest";
import { axisTexts, type MiniWaterfall } from "./mini-waterfall.ts";

const plot: MiniWaterfall = {
  endsMs: 642,
  totalMs: 600,
  running: false,
  titleMs: 530,
  firstMissMs: 100,
  grid: [],
  misses: [],
  gateways: [],
  summary: "",
};

test("the words under the drawing do not lie on each other", () => {
  for (const width of [120, 200, 310, 392, 800]) {
    for (const titleMs of [5, 300, 530, 595]) {
      const texts = axisTexts({ ...plot, titleMs }, "last keepalive", width);
      expect(texts[0]?.text).toBe("0.60 s");
      const spans = texts
        .map(({ text, x, anchor }) => (anchor === "end" ? ([x - text.length * 6, x] as const) : ([x, x + text.length * 6] as const)))
        .sort((a, b) => a[0] - b[0]);
      for (let i = 1; i < spans.length; i++) expect(spans[i]?.[0]).toBeGreaterThanOrEqual((spans[i - 1]?.[1] ?? 0) + 4);
      expect(spans[0]?.[0]).toBeGreaterThanOrEqual(0);
    }
  }
  expect(axisTexts(plot, "last keepalive", 392).map((text) => text.text)).toEqual(["0.60 s", "title 0.53 s", "last keepalive"]);
});
