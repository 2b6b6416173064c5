/** The main job, watched by a person without a mouse: the primary is killed from the Lab page, the failover appears live, its waterfall completes. */
import { expect, test } from "@playwright/test";
import { goTo, tabTo } from "./steps/keyboard.ts";
import { primaryName, recoverMs, waitForCalls, waitForReadyStandby } from "./steps/lab.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

test("kill the primary from the Lab page and watch the failover complete", async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto("/");
  const primary = await primaryName(page);
  const standby = await waitForReadyStandby(page);
  await waitForCalls(page, 20);

  await goTo(page, "x", /\/lab$/);
  // The line of the last change of control, if there was one: what comes next must be another.
  const change = page.getByRole("link", { name: /^(Watch it|Open the waterfall)$/ });
  const before = (await change.count()) === 0 ? null : await change.getAttribute("href");
  await tabTo(page, page.getByRole("button", { name: `Kill ${primary} (primary)` }).first());
  await page.keyboard.press("Enter");

  // The page itself says what comes of it while it happens, with the way to the waterfall.
  await expect.poll(async () => ((await change.count()) === 0 ? null : change.getAttribute("href")), { timeout: 20_000 }).not.toBe(before);
  await expect(page.getByText(new RegExp(`Failover \\d+: ${primary} to ${standby}`))).toBeVisible({ timeout: 30_000 });
  await tabTo(page, page.getByRole("link", { name: "Open the waterfall" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/failovers\/.+/, { timeout: 30_000 });

  await expect(page.getByRole("heading", { level: 1, name: /^Failover \d+$/ })).toBeVisible();
  await expect(page.locator("dl").filter({ hasText: "Total" })).toContainText(/≤ \d/, { timeout: 30_000 });
  await expect(page.getByRole("img", { name: /Waterfall of failover \d+: detection/ })).toBeVisible();
  await expect(page.getByText(/^Verdict at \+\d+ ms$/)).toBeVisible();
  await expect(page.getByRole("table", { name: "Votes at the verdict" }).getByText("SILENT").first()).toBeVisible();

  const facts = page.locator("article dl").first();
  const adopted = /Calls adopted\s*(\d+) of (\d+)/.exec((await facts.textContent()) ?? "");
  expect(adopted).not.toBeNull();
  expect(Number(adopted?.[1])).toBeGreaterThanOrEqual(20);
  await expect(facts).toContainText(/Released\s*0/);

  await test.step("step through it by key; the cursor is in the address", async () => {
    for (let steps = 0; steps < 6; steps++) await page.keyboard.press("]");
    await expect(page).toHaveURL(/[?&]at=\d/);
    await page.reload();
    await expect(page.getByRole("slider", { name: "Replay cursor" })).toHaveAttribute("aria-valuetext", /^\+\d+ ms/);
  });
  await test.step("the same as tables", async () => {
    await tabTo(page, page.getByRole("button", { name: "View as table" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("table", { name: /Gateways, ms after/ })).toBeVisible();
    await tabTo(page, page.getByRole("button", { name: "View as drawing" }));
    await page.keyboard.press("Enter");
  });
  await test.step("looks", async () => {
    await expectAccessibleInBothThemes(page);
    await expectNoSidewaysScroll(page);
    await expectReadableInGrey(page, "failover");
  });
  await test.step("it is first in the list, which is opened by Enter", async () => {
    await goTo(page, "f", /\/failovers$/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(`${standby} took over from ${primary}`);
    await expectAccessibleInBothThemes(page);
    await expectReadableInGrey(page, "failovers");
    await tabTo(
      page,
      page
        .getByRole("row")
        .filter({ hasText: `${primary} → ${standby}` })
        .first(),
    );
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/failovers\/.+/, { timeout: 30_000 });
  });
  await test.step("its bare number finds it too", async () => {
    const whole = new URL(page.url()).pathname;
    await page.goto(whole.replace(/-.*$/, ""));
    await expect(page).toHaveURL(new RegExp(`${whole}$`));
    await expect(page.getByRole("heading", { level: 1, name: /^Failover \d+$/ })).toBeVisible();
  });
  await test.step("the dead server is started again and stands by", async () => {
    await goTo(page, "x", /\/lab$/);
    await expectReadableInGrey(page, "lab");
    const restart = page.getByRole("button", { name: new RegExp(`^Restart ${primary}\\b`) });
    await restart.focus();
    await page.keyboard.press("Enter");
    await waitForReadyStandby(page);
    await expectAccessibleInBothThemes(page);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(/all \d+ nodes run/, { timeout: recoverMs });
  });
});

test("a link is cut and healed on the Lab page, by keyboard", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("/lab");
  await page.getByRole("combobox", { name: "From", exact: true }).selectOption("gw-1");
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption("gw-2");
  await tabTo(page, page.getByRole("button", { name: /^Cut gw-1 ↔ gw-2, all paths$/ }));
  await page.keyboard.press("Enter");
  const cuts = page.getByRole("list", { name: "Links that are cut" });
  await expect(cuts.getByRole("listitem")).toHaveCount(2);
  await tabTo(page, page.getByRole("button", { name: /^Heal all/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("No link is cut.")).toBeVisible();
});
