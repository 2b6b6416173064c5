/** Getting about by keyboard alone, as a person without a mouse would: Tab until it is there, then the keys. */
import { expect, type Locator, type Page } from "@playwright/test";

/** More than any page has before the thing that one looks for. */
const mostTabs = 160;

export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let tabs = 0; tabs < mostTabs; tabs++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached with ${mostTabs} Tabs: ${target}`);
}

/** `g` and the page's letter; again where a busy machine let the two come too far apart. */
export async function goTo(page: Page, letter: string, path: RegExp): Promise<void> {
  await expect(async () => {
    if (path.test(page.url())) return;
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(path, { timeout: 5000 });
  }).toPass({ timeout: 45_000 });
}
