/** The verbs of an operator: each from its menu or notice, through its plan, to its end, and undone again. */
import { expect, type Page, test } from "@playwright/test";
import { goTo } from "./steps/keyboard.ts";
import { primaryName, waitForReadyStandby } from "./steps/lab.ts";
import { expectAccessible, expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";
import { giveOrder } from "./steps/orders.ts";

test.beforeEach(async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto("/");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
});

function notice(page: Page, word: string) {
  return page.locator(`[data-notice="${word}"]`);
}

test("pause by keyboard, a notice on every page, resume from it", async ({ page }) => {
  await page.keyboard.press(".");
  const menu = page.getByRole("menu", { name: "Actions of the cluster" });
  await expect(menu).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("p");
  await expect(menu.getByRole("menuitem", { name: /^Pause automatic changes/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/orders\/pause/);
  await page.getByRole("radio", { name: "15 minutes" }).check();
  await expect(page).toHaveURL(/for=15m/);
  await expect(page.getByRole("heading", { name: "Effect" })).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "order-pause");
  await page.getByRole("button", { name: "Check again" }).click();

  await test.step("without a reason nothing happens, and the sheet says why", async () => {
    await expect(page.locator("#give-order")).not.toHaveAttribute("aria-disabled", "true");
    await page.locator("#give-order").press("Enter");
    await expect(page.getByText("Needs a reason of at least 4 characters")).toBeVisible();
    await expect(page.locator("#reason")).toBeFocused();
  });
  await giveOrder(page, "the core switch is replaced");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Automatic changes are paused until");
  await expect(page.getByText(/\d of \d voters know of the pause/)).toBeVisible();

  await goTo(page, "s", /\/servers$/);
  await expect(notice(page, "PAUSED")).toContainText(/paused automatic changes until .* in 1\d min.*the core switch is replaced/);
  await goTo(page, "o", /\/$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("will not take over by itself");
  await expectReadableInGrey(page, "overview-paused");
  await expectAccessibleInBothThemes(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await notice(page, "PAUSED").getByRole("link", { name: "Resume" }).click();
  await giveOrder(page, "the switch is in");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Automatic changes are allowed again");
  await expect(notice(page, "PAUSED")).toBeHidden();
});

test("failover now wants the name of the server that loses control, then all is failed back", async ({ page }) => {
  const from = await primaryName(page);
  const to = await waitForReadyStandby(page);
  await page.goto(`/servers#${to}`);
  await page.getByRole("button", { name: `Actions of ${to}` }).click();
  await page.getByRole("menuitem", { name: new RegExp(`^Failover to ${to} now`) }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Fail over to ${to} now, without the consent of ${from}?`);
  await expect(page.getByText("May drop calls")).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "order-failover-now");

  await test.step("a wrong name stops it", async () => {
    await page.getByRole("button", { name: "Check again" }).click();
    await page.locator("#reason").fill("a drill");
    await page.locator("#typed").fill(to);
    await page.locator("#give-order").press("Enter");
    await expect(page.getByText(`Type ${from} to confirm.`)).toBeVisible();
    await expect(page.locator("#typed")).toBeFocused();
    expect(await primaryName(page)).toBe(from);
  });
  await giveOrder(page, "a drill", from);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${to} took the title by force`);
  expect(await primaryName(page)).toBe(to);
  await page.getByRole("link", { name: "Open the waterfall" }).click();
  await expect(page.locator("article dl").first()).toContainText("Forced by an operator");

  await waitForReadyStandby(page);
  await page.goto(`/orders/failback?to=${from}`);
  await giveOrder(page, "the drill is over");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${from} is in control of everything`);
  expect(await primaryName(page)).toBe(from);
  await waitForReadyStandby(page);
});

test("a voter is removed and added again; the drift against the configuration is said", async ({ page }) => {
  await goTo(page, "s", /\/servers$/);
  const table = page.getByRole("table", { name: "Voters" });
  const voter = table.getByRole("row").filter({ hasText: "if-1" });
  await voter.getByRole("link", { name: "Remove if-1" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Remove if-1 from the voters?");
  await giveOrder(page, "its site is rebuilt");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("if-1 votes no more");

  await goTo(page, "s", /\/servers$/);
  await expect(voter).toContainText("does not vote");
  await expect(page.getByText("Not as configured.")).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "servers-voters");
  await voter.getByRole("link", { name: "Add if-1" }).click();
  await giveOrder(page, "its site is back");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("if-1 votes");
  await goTo(page, "s", /\/servers$/);
  await expect(page.getByText("Not as configured.")).toBeHidden();
});

test("a switchover is scheduled, shown on every page, cancelled, and all of it is in the audit log", async ({ page }) => {
  await waitForReadyStandby(page);
  await goTo(page, "v", /\/switchover/);
  await page.getByRole("link", { name: "At a time" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Choose when." })).toBeVisible();
  await page.getByRole("button", { name: "in 1 h" }).click();
  await giveOrder(page, "the quiet hour");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/^A switchover to \S+ is scheduled for/);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Settled" })).toBeVisible();

  await goTo(page, "f", /\/failovers$/);
  await expect(notice(page, "SCHEDULED")).toContainText(/Switchover to .* in (59|1 h).* the quiet hour/);
  await notice(page, "SCHEDULED").getByRole("link", { name: "Cancel it" }).click();
  await giveOrder(page, "not tonight");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The switchover is cancelled");
  await expect(notice(page, "SCHEDULED")).toBeHidden();

  await goTo(page, "a", /\/audit$/);
  const log = page.getByRole("table", { name: "Orders" });
  await expect(log.getByRole("row").nth(1)).toContainText(/Cancel a switchover.*not tonight/);
  await expect(log.getByRole("row").nth(2)).toContainText(/Switchover at a time.*the quiet hour/);
  await expectAccessibleInBothThemes(page);
  await expectReadableInGrey(page, "audit");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});
