/** The state of the lab as the console's header tells it, and ways to bring it back to well. */
import { expect, type Page } from "@playwright/test";

/** Long enough for a killed server to come back, audit every gateway and call itself ready, on a busy machine. */
export const recoverMs = 90_000;

function fact(page: Page, label: string) {
  return page.locator(".fact", { has: page.getByText(label, { exact: true }) });
}

export async function primaryName(page: Page): Promise<string> {
  const name = fact(page, "Primary").locator(".mono");
  await expect(name).toHaveText(/^[\w-]+$/, { timeout: recoverMs });
  return ((await name.textContent()) ?? "").trim();
}

/** A standby stands by and says that it could take over. */
export async function waitForReadyStandby(page: Page): Promise<string> {
  const standby = fact(page, "Standby");
  await expect(standby).toContainText(/(?<!not )ready$/, { timeout: recoverMs });
  return ((await standby.locator(".mono").textContent()) ?? "").trim();
}

export async function waitForCalls(page: Page, atLeast: number): Promise<void> {
  await expect
    .poll(async () => Number(((await fact(page, "Calls").textContent()) ?? "").replace(/\D/g, "")), { timeout: recoverMs })
    .toBeGreaterThanOrEqual(atLeast);
}
