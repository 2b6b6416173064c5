/** The first page: its answers, its strip by keyboard, and its looks in every width, theme and without colour. */
import { expect, test } from "@playwright/test";
import { tabTo } from "./steps/keyboard.ts";
import { primaryName, waitForCalls } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
});

test("says who carries the calls, and why it says so", async ({ page }) => {
  const primary = await primaryName(page);
  await waitForCalls(page, 5);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(primary);
  await expect(page.getByRole("heading", { name: /^Would we survive/ })).toBeVisible();
  const why = page.getByRole("button", { name: "Why this verdict" });
  await tabTo(page, why);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/voters answer .* are needed/)).toBeVisible();
  await expect(page.getByRole("table", { name: "Gateways" }).getByRole("row")).toHaveCount(7);
});

test("the pair's strip moves with time and is read by keyboard", async ({ page }) => {
  const strip = page.getByRole("slider", { name: /^Keepalives of the last 15 minutes/ }).first();
  await tabTo(page, strip);
  await page.keyboard.press("Home");
  const oldest = await strip.getAttribute("aria-valuetext");
  expect(oldest).toMatch(/^\d\d:\d\d:\d\d, .+(missed|not measured)/);
  await page.keyboard.press("ArrowRight");
  expect(await strip.getAttribute("aria-valuetext")).not.toBe(oldest);
  await page.keyboard.press("]");
  await expect(strip).toHaveAttribute("aria-valuetext", /missed|not measured/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "View as table" }).first().click();
  await expect(page.getByRole("columnheader", { name: "Not regular" }).or(page.getByText("Every beat of this time"))).toBeVisible();
});

test("looks right in four widths and both themes", async ({ page }) => {
  await waitForCalls(page, 5);
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
    [1440, 900],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.screenshot({ path: `artifacts/screens/overview-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "overview");
  await page.emulateMedia({ forcedColors: "active" });
  await page.screenshot({ path: "artifacts/greyscale/overview-forced-colours.png" });
});

test("the chosen theme is kept", async ({ page }) => {
  const theme = page.getByRole("button", { name: /^Theme:/ });
  await theme.click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await theme.click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(theme).toHaveText(/light/);
});
