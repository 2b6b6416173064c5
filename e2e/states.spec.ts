/** States that a healthy lab does not show: the link lost, a source gone stale, two claims to the title. */
import { expect, test } from "@playwright/test";
import { consolePid } from "./steps/console-process.ts";
import { expectAccessible, expectReadableInGrey } from "./steps/looks.ts";
import { changeSnapshots } from "./steps/snapshots.ts";

test("the page veils itself within 5 s when the console stops, and recovers by itself", async ({ page }) => {
  const pid = await consolePid();
  await page.goto("/servers");
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // The other pages' shells are fetched ahead; a console that stops before that could not serve them any more.
  await page.waitForLoadState("networkidle");
  const stoppedAt = Date.now();
  process.kill(pid, "SIGSTOP");
  try {
    await expect(page.getByTestId("veil")).toBeVisible({ timeout: 6000 });
    expect(Date.now() - stoppedAt).toBeLessThanOrEqual(5000);
    await expect(page.getByText(/^Frozen at \d\d:\d\d:\d\d UTC$/)).toBeVisible();
    await expect(page.getByTestId("link")).toContainText("LOST");
    const clock = await page.getByTestId("clock").textContent();
    const age = await page.getByTestId("link").textContent();
    await expect(page.getByTestId("link")).not.toHaveText(age ?? "");
    expect(await page.getByTestId("clock").textContent()).toBe(clock);
    const action = page.getByRole("button", { name: /^Switch over to/ });
    if ((await action.count()) > 0) await expect(action.first()).toHaveAttribute("aria-disabled", "true");
    await expectReadableInGrey(page, "veil");
    // Other pages are still there, and veiled too.
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await expect(page).toHaveURL(/\/$/, { timeout: 30_000 });
    await expect(page.getByTestId("veil")).toBeVisible();
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await expect(page.getByTestId("veil")).toBeHidden({ timeout: 15_000 });
  await expect(page.getByTestId("link")).toHaveAttribute("data-phase", "live");
  await expect(page.getByText(/^This page missed/)).toBeVisible();
});

test("a stale count hatches and leaves the sum, which then is a lower bound", async ({ page }) => {
  await changeSnapshots(page, (snapshot) => ({
    ...snapshot,
    gateways: snapshot.gateways.map((gateway, index) =>
      index !== 1 || gateway.health === null
        ? gateway
        : {
            ...gateway,
            health: { ...gateway.health, reported: 24, audit: { ...gateway.health.audit, lastCompleteAt: snapshot.at - 38_000 } },
          },
    ),
  }));
  await page.goto("/");
  const row = page.getByRole("table", { name: "Gateways" }).getByRole("row").nth(2);
  await expect(row).toContainText("was 24");
  await expect(row).toContainText("38 s");
  await expect(page.getByText(/reported ≥ \d+.*1 gateway unknown/)).toBeVisible();
  await expectAccessible(page);
});

test("two servers that claim the title are shown side by side, with whom the voters obey", async ({ page }) => {
  await changeSnapshots(page, (snapshot) => ({
    ...snapshot,
    servers: snapshot.servers.map((server) =>
      server.status === null
        ? server
        : { ...server, state: "up", status: { ...server.status, title: { ...server.status.title, held: true } } },
    ),
  }));
  await page.goto("/servers");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("both say that they hold the title");
  const claims = page.getByRole("region", { name: "Two claims" });
  await expect(claims.getByRole("row")).toHaveCount(3);
  await expectAccessible(page);
});
