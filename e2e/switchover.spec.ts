/** A planned change of control with preview and reason, by keyboard alone. */
import { expect, test } from "@playwright/test";
import { goTo, tabTo } from "./steps/keyboard.ts";
import { primaryName, recoverMs, waitForReadyStandby } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

const reason = "maintenance of its disk";

test("switch over with preview and reason", async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto("/");
  const from = await primaryName(page);
  const to = await waitForReadyStandby(page);
  await goTo(page, "v", /\/switchover/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Switch over from ${from} to ${to}?`);
  const button = page.locator("#switch-over");
  const settled = page.getByRole("heading", { name: "Settled" });
  // A check may need one more audit; the sheet offers to look again, nothing is done behind the reader's back.
  await expect(async () => {
    if ((await button.getAttribute("aria-disabled")) === "true") await page.getByRole("button", { name: "Check again" }).click();
    await expect(button).not.toHaveAttribute("aria-disabled", "true", { timeout: 1000 });
  }).toPass({ timeout: recoverMs });
  await expect(button).toContainText(new RegExp(`^Switch over to ${to}: \\d+ calls? kept`));
  await expect(page.getByText("Planned switchover, nothing blocks it")).toBeVisible();
  await expect(page.getByRole("table").filter({ hasText: "PASS" }).first()).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await expectNoSidewaysScroll(page);
  await expectReadableInGrey(page, "switchover");

  await test.step("without a reason nothing happens, and the sheet says why", async () => {
    // A plan lives for 30 s, and looking at the page took some of them.
    await expect(async () => {
      await page.getByRole("button", { name: "Check again" }).click();
      await expect(button).not.toHaveAttribute("aria-disabled", "true", { timeout: 5000 });
      await tabTo(page, button);
      await page.keyboard.press("Enter");
      await expect(page.getByText("Needs a reason of at least 4 characters")).toBeVisible({ timeout: 5000 });
    }).toPass({ timeout: recoverMs });
    await expect(page.locator("#reason")).toBeFocused();
  });
  await page.keyboard.type(reason);
  await expect(page.locator("code")).toContainText(`npx tandem switchover --to ${to} --reason "${reason}"`);

  // Where the situation changed since the plan, the servers refuse and the sheet offers to check again; the reason stays.
  await expect(async () => {
    if (await settled.isVisible()) return;
    const again = page.getByRole("button", { name: "Check again" });
    if (await again.isVisible()) await again.click();
    await expect(page.locator("#reason")).toHaveValue(reason, { timeout: 5000 });
    await expect(button).not.toHaveAttribute("aria-disabled", "true", { timeout: 5000 });
    await page.locator("#reason").focus();
    await page.keyboard.press("Enter");
    await expect(settled).toBeVisible({ timeout: 20_000 });
  }).toPass({ timeout: 120_000 });
  await expect(page.getByText(new RegExp(`^${to} is primary; \\d+ of \\d+ calls adopted\\.$`))).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${to} took over from ${from}`);
  await expect(page.getByRole("row", { name: /^Interruption of control/ })).toContainText(/\d+ ms|\d\.\d+ s/);
  await expect(page.getByRole("row", { name: /^Calls kept \d+ of \d+/ })).toBeVisible();
  await expect(page.getByText("Nothing has changed yet")).toBeHidden();
  await expect(page.getByRole("link", { name: `Plan a switch back to ${from}` })).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "Open the waterfall" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/failovers\/.+/, { timeout: 30_000 });
  await expect(page.getByRole("heading", { level: 1, name: /^Switchover \d+$/ })).toBeVisible();
  await expect(page.getByText(reason).first()).toBeVisible();
  await expect(page.locator("article dl").first()).toContainText(/Released\s*0/);
  await expectReadableInGrey(page, "switchover-report");
  expect(await primaryName(page)).toBe(to);
});
