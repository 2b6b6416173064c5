import { expect, test } from "vitest";
import { sampleReport } from "../testing/sample-report.ts";
import { reportMarkdown, totalWords } from "./report-text.ts";

test("the Markdown report tells bounds, verdict, votes and every step", () => {
  const report = reportMarkdown(sampleReport);
  expect(report).toContain("# Failover 42: cs-a to cs-b");
  expect(report).toContain("- Total: ≤ 0.84 s, ≥ 0.74 s");
  expect(report).toContain("| if-2 | none | none | none | no-vote |");
  expect(report).toContain("| 840.0 | if-2 | adopted |");
});

test("what a node wrote cannot break the table", () => {
  const [first, ...rest] = sampleReport.steps;
  const hostile = { ...sampleReport, steps: [{ ...first!, text: "a | b\n<script>" }, ...rest] };
  expect(reportMarkdown(hostile)).toContain("| a   b  script  |");
});

test("a total in progress is not a number", () => {
  expect(totalWords({ ...sampleReport, state: "in-progress" })).toBe("in progress");
});
