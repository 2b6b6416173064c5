/** The console without a mouse: page keys, the palette, the list of keys, and switching them off. */
import { expect, test } from "@playwright/test";
import { goTo } from "./steps/keyboard.ts";

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
});

test("every page has its key", async ({ page }) => {
  await goTo(page, "s", /\/servers$/);
  await goTo(page, "w", /\/gateways$/);
  await goTo(page, "l", /\/connections$/);
  await goTo(page, "f", /\/failovers$/);
  await goTo(page, "a", /\/audit$/);
  await goTo(page, "c", /\/records$/);
  await goTo(page, "x", /\/lab$/);
  await goTo(page, "o", /\/$/);
});

test("u changes between UTC and local time, in the clock too", async ({ page }) => {
  await expect(page.getByTestId("clock").locator("..")).toContainText("UTC");
  await page.keyboard.press("u");
  await expect(page.getByTestId("clock").locator("..")).toContainText(/UTC[+−]\d\d:\d\d/);
  await page.keyboard.press("u");
});

test("the palette finds pages and nodes", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("gw-2");
  await expect(page.getByRole("option").first()).toContainText("gw-2");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/gateways\?gateway=gw-2/, { timeout: 30_000 });
  await expect(page.getByRole("complementary", { name: "Gateway gw-2" })).toBeVisible();
});

test("single keys can be switched off, and never act while typing", async ({ page }) => {
  await goTo(page, "l", /\/connections/);
  const number = page.getByRole("textbox", { name: "Number starts with" });
  await number.focus();
  await page.keyboard.type("gs");
  await expect(number).toHaveValue("gs");
  await expect(page).toHaveURL(/\/connections/);
  await number.fill("");
  await number.blur();
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /Single keys are on/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Find a page or a node" })).toBeVisible();
  await expect(page).toHaveURL(/\/connections/);
});

test("j and k go into the list from a page that was just opened, and leave other controls alone", async ({ page }) => {
  await page.goto("/gateways");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
  const rows = page.getByRole("table", { name: "Gateways" }).locator("tbody tr");
  await expect(rows.nth(1)).toBeVisible();
  await page.keyboard.press("j");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Gateway gw-1" })).toBeVisible();
  await goTo(page, "l", /\/connections/);
  const first = page.locator("[data-row='0']");
  await expect(first).toBeVisible();
  const gateway = page.getByRole("combobox", { name: "Gateway" });
  await gateway.focus();
  await page.keyboard.press("j");
  await expect(gateway).toBeFocused();
  await gateway.blur();
  await page.keyboard.press("k");
  await expect(first).toBeFocused();
});
