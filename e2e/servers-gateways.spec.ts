/** Servers and gateways: what they say agrees with the lab, by keyboard, in both themes and on a phone. */
import { expect, test } from "@playwright/test";
import { goTo } from "./steps/keyboard.ts";
import { primaryName } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
});

test("each server's column says its role, epoch and readiness", async ({ page }) => {
  const primary = await primaryName(page);
  await goTo(page, "s", /\/servers$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${primary} holds epoch`);
  const column = page.getByRole("region", { name: primary, exact: true });
  await expect(column).toContainText("PRIMARY");
  await expect(column).toContainText(`@${primary}`);
  await expect(page.getByRole("table", { name: "Voters" }).getByRole("row")).not.toHaveCount(1);
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "servers");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});

test("a gateway opens by Enter and closes by Escape, and stands in the address", async ({ page }) => {
  await goTo(page, "w", /\/gateways$/);
  const table = page.getByRole("table", { name: "Gateways" });
  await expect(table.getByRole("row")).toHaveCount(7);
  await table.getByRole("row").nth(1).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/gateway=gw-2/);
  const detail = page.getByRole("complementary", { name: "Gateway gw-2" });
  await expect(detail).toContainText("by state");
  await expect(detail).toContainText(/SNMP v2c\s*127\.0\.0\.1:\d+/);
  await expect(detail).toContainText(/Streams\s*\d+ real/);
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "gateways");
  await page.keyboard.press("Escape");
  await expect(detail).toBeHidden();
  await expect(page).toHaveURL(/\/gateways$/);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});
