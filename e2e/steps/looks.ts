/** How every page must look: nothing for axe to find, no sideways scrolling, and a greyscale picture to look at. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  expect(found).toEqual([]);
}

/** Both themes are looked at; the theme is put back to what the system says. */
export async function expectAccessibleInBothThemes(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: null });
}

/**
 * A picture without colours, for people to look at, and what a machine can say of it: no text that only a colour gives
 * its meaning, that is, every coloured status carries a word.
 */
export async function expectReadableInGrey(page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.style.filter = "grayscale(1)";
  });
  await page.screenshot({ path: `artifacts/greyscale/${name}.png` });
  await page.evaluate(() => {
    document.documentElement.style.filter = "";
  });
  const wordless = await page
    .locator(".status")
    .evaluateAll((statuses) => statuses.filter((status) => !/\w/.test(status.textContent ?? "")).length);
  expect(wordless).toBe(0);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
}
