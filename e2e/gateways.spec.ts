/** Audits: a gateway is polled by hand and what was said is shown, gear of others stands in the same list, by keyboard and in both themes. */
import { expect, type Page, test } from "@playwright/test";
import type { PollFigures } from "../server/core/polling/poll-figures.ts";
import type { GearView } from "../server/operations/console-view.ts";
import { tabTo } from "./steps/keyboard.ts";
import { primaryName, waitForCalls } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";
import { changeSnapshots } from "./steps/snapshots.ts";

// Axe looks at many rows twice, on a machine that runs a whole site beside.
test.beforeEach(() => test.setTimeout(120_000));

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
}

function detailOf(page: Page, name: string) {
  return page.getByRole("complementary", { name: `Gateway ${name}` });
}

test("a gateway is polled by hand, by keyboard, and what was said is shown and logged", async ({ page }) => {
  await open(page, "/gateways?gateway=gw-1");
  const detail = detailOf(page, "gw-1");
  const poll = detail.getByRole("button", { name: "Poll now", exact: true });
  await tabTo(page, poll);
  // Another audit may be under way just then: nothing was said, and one asks again.
  const said = detail.getByRole("region", { name: "What was said" });
  await expect(async () => {
    await poll.press("Enter");
    await expect(said).toContainText("GET-BULK", { timeout: 12_000 });
  }).toPass({ timeout: 60_000 });
  await expect(said).toContainText("sent");
  await expect(said).toContainText("received");
  await expect(detail).toContainText(/liveness audit by cs-[ab], complete; \d+ rows?, \d+ packets?/);
  await detail.getByRole("button", { name: "Poll now, in full" }).click();
  await expect(detail).toContainText(/full audit by cs-[ab]/, { timeout: 15_000 });
  await page.goto("/audit");
  await expect(page.getByText("poll-gateway-now").first()).toBeVisible();
});

test("the detail says how its polls go, what it can say and what it cannot", async ({ page }) => {
  await open(page, "/gateways?gateway=gw-1");
  const detail = detailOf(page, "gw-1");
  const fields = detail.getByRole("region", { name: "What it can say" });
  await expect(fields).toContainText(/Codec\s*cvCommonDc/, { timeout: 20_000 });
  await expect(fields).toContainText(/DSCP\s*cannot say/);
  await expect(detail.getByRole("region", { name: "Polling" })).toContainText(/Breaker\s*closed/);
  const strip = detail.getByRole("slider", { name: /^The last polls/ });
  await strip.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(strip).toHaveAttribute("aria-valuetext", /^\d\d:\d\d:\d\d: (full|liveness), /);
  await detail.getByRole("region", { name: "Polling" }).getByRole("button", { name: "View as table" }).click();
  await expect(detail.getByRole("table", { name: "The last polls" }).getByRole("row").nth(1)).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "gateway-audits");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});

test("the standby's own audits can be looked at, and that stands in the address", async ({ page }) => {
  await open(page, "/gateways?gateway=gw-2");
  const primary = await primaryName(page);
  const other = primary === "cs-a" ? "cs-b" : "cs-a";
  const detail = detailOf(page, "gw-2");
  await detail.getByRole("combobox", { name: "By the eyes of" }).selectOption(other);
  await expect(page).toHaveURL(new RegExp(`by=${other}`));
  await expect(detail.getByRole("region", { name: "Asked at" })).toContainText(`by ${other}`, { timeout: 20_000 });
});

const figures: PollFigures = {
  gateway: "pbx-1",
  intervalMs: 5000,
  phase: "waiting",
  lastCompleteAt: null,
  ageMs: null,
  rows: null,
  rttMs: null,
  smoothedRttMs: null,
  polls: 4,
  packets: 8,
  failures: { timeout: 4 },
  consecutiveFailures: 4,
  lastFailure: { kind: "timeout", because: "no answer" },
  breaker: { state: "open", since: 1, reason: "3 failures in a row" },
  nextAt: null,
  nextMode: "liveness",
  latenessMs: null,
};

function gear(name: string, condition: GearView["condition"], reason: string | null, polling: Partial<PollFigures>): GearView {
  const common = { name, kind: "trunk", protocol: "sip", control: "none" } as const;
  const health = { ...common, address: "127.0.0.1:5060", profile: null, legs: null, calls: null, stuck: null, reachability: null };
  return {
    ...common,
    own: false,
    pollSeconds: 5,
    packetsPerSecond: 20,
    condition,
    reason,
    health: { ...health, polling: { ...figures, ...polling } },
    healthSource: "cs-a",
  };
}

test("gear of others stands in the same list; each kind of trouble has its own words, and never polled is not 0", async ({ page }) => {
  await changeSnapshots(page, (snapshot) => ({
    ...snapshot,
    gear: [
      gear("pbx-1", "unreachable", "does not answer", {}),
      gear("pbx-2", "unauthorized", "does not let this server ask", { lastFailure: { kind: "unauthorized", because: "401" } }),
      gear("pbx-3", "disabled", "is not asked: polling is disabled", { phase: "paused", consecutiveFailures: 0, lastFailure: null }),
      gear("pbx-4", "answered", "answers, but contradicts itself", { lastFailure: { kind: "lies", because: "two rows, one leg" } }),
    ],
  }));
  await open(page, "/gateways");
  const table = page.getByRole("table", { name: "Gateways" });
  const row = (name: string) => table.getByRole("row", { name: new RegExp(name) });
  await expect(row("pbx-1")).toContainText("UNREACHABLE");
  await expect(row("pbx-1")).toContainText("only read");
  await expect(row("pbx-1")).toContainText("no link");
  await expect(row("pbx-1")).not.toContainText("follows the title");
  await expect(row("pbx-1")).toContainText("none yet");
  await expect(row("pbx-1")).toContainText("4 in a row, breaker open");
  await expect(row("pbx-2")).toContainText("NOT AUTHORIZED");
  await expect(row("pbx-3")).toContainText("polling disabled");
  await expect(row("pbx-4")).toContainText("INCOMPLETE");
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "gear-of-others");
  await row("pbx-1").click();
  await expect(detailOf(page, "pbx-1")).toContainText("it does not vote and cannot fence");
  await expect(detailOf(page, "pbx-1")).toContainText(/Owner\s*nobody of ours/);
  await expect(detailOf(page, "pbx-1")).toContainText(/Stuck\s*unknown/);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});

test("a connection opens by Enter with where each field comes from, and closes by Escape", async ({ page }) => {
  await open(page, "/connections?phase=talking");
  await waitForCalls(page, 10);
  const first = page.locator("[data-row='0']");
  await first.focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Connection" });
  await expect(drawer).toContainText(/MOS, ours\s*(\d\.\d, R \d+\.\d|not rated)/);
  await expect(drawer).toContainText(/As gear says\s*this gear cannot say/);
  await expect(drawer).toContainText(/Set up\s*\d\d:\d\d:\d\d\.\d{3} ± \d+ ms, /);
  await expect(drawer).toContainText("Whose call");
  await expect(page).toHaveURL(/connection=/);
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "connection-drawer");
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/connection=/);
});

test("an address that names no gateway says so", async ({ page }) => {
  await open(page, "/gateways?gateway=nosuch");
  await expect(detailOf(page, "nosuch")).toContainText("There is no gateway nosuch.");
  await page.keyboard.press("Escape");
  await expect(detailOf(page, "nosuch")).toBeHidden();
  await expect(page).not.toHaveURL(/gateway=/);
});
