/** The live list: filters in the address, a loud pause, rows that keep their place, durations that tick. */
import { expect, test } from "@playwright/test";
import { waitForCalls } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

test.beforeEach(async ({ page }) => {
  await page.goto("/connections");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
  await waitForCalls(page, 10);
});

test("filters stand in the address and survive a reload", async ({ page }) => {
  const table = page.getByRole("table", { name: "Connections" });
  await expect(table.getByRole("row").nth(1)).toBeVisible();
  await page.getByRole("combobox", { name: "Gateway" }).selectOption("gw-1");
  await expect(page).toHaveURL(/gateway=gw-1/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("match");
  const gateways = await table.locator("[data-row] > :nth-child(3)").allTextContents();
  expect(gateways.length).toBeGreaterThan(0);
  expect(new Set(gateways)).toEqual(new Set(["gw-1"]));
  await page.getByRole("combobox", { name: "Phase" }).selectOption("talking");
  await expect(page).toHaveURL(/phase=talking/);
});

test("Space pauses loudly, values stand still, and going on catches up", async ({ page }) => {
  const first = page.locator("[data-row='0']");
  await expect(first).toBeVisible();
  const paused = page.getByRole("search").getByText("PAUSED", { exact: true });
  await page.keyboard.press(" ");
  await expect(paused).toBeVisible();
  const before = await first.textContent();
  await expect(page.getByText(/^state of/)).toContainText(/[3-9] s old/);
  expect(await first.textContent()).toBe(before);
  await page.keyboard.press(" ");
  await expect(paused).toBeHidden();
});

test("a row under the pointer keeps its place while calls come and go", async ({ page }) => {
  const row = page.locator("[data-row='4']");
  await row.hover();
  const key = await row.getAttribute("data-key");
  const waiting = page.getByRole("button", { name: /^\d+ new$/ });
  await expect(waiting).toBeVisible({ timeout: 40_000 });
  expect(await row.getAttribute("data-key")).toBe(key);
});

test("the row count is told to screen readers, durations tick, and it looks right", async ({ page }) => {
  test.setTimeout(120_000);
  const table = page.getByRole("table", { name: "Connections" });
  await expect.poll(async () => Number(await table.getAttribute("aria-rowcount"))).toBeGreaterThan(10);
  const talking = page.locator("[data-row]", { hasText: "talking" }).first();
  await talking.hover();
  const key = (await talking.getAttribute("data-key")) ?? "";
  const duration = page.locator(`[data-key="${key}"] > :nth-child(2)`);
  const before = await duration.textContent();
  await expect(duration).not.toHaveText(before ?? "");
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "connections");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});
