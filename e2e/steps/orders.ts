/** Giving an order on its sheet, as a person does: look at the plan, write why, type the name where one is wanted, press, wait for its end. */
import { expect, type Page } from "@playwright/test";
import { recoverMs } from "./lab.ts";

/** Where the situation changed since the plan, or a check needs one more audit, the sheet offers to look again; that is done here. */
export async function giveOrder(page: Page, reason: string, typed: string | null = null): Promise<void> {
  const settled = page.getByRole("heading", { name: "Settled" });
  const button = page.locator("#give-order");
  await expect(async () => {
    if (await settled.isVisible()) return;
    const off = (await button.count()) === 0 || (await button.getAttribute("aria-disabled")) === "true";
    const again = page.getByRole("button", { name: "Check again" });
    if (off && (await again.isVisible())) await again.click();
    await expect(button).not.toHaveAttribute("aria-disabled", "true", { timeout: 3000 });
    await page.locator("#reason").fill(reason);
    if (typed !== null) await page.locator("#typed").fill(typed);
    await button.press("Enter");
    await expect(settled).toBeVisible({ timeout: 20_000 });
  }).toPass({ timeout: recoverMs });
}
