/** Call records: filtered, looked into, paged and exported, by keyboard; the file has exactly the rows that the screen counts. */
import { expect, type Page, test } from "@playwright/test";
import { tabTo } from "./steps/keyboard.ts";
import { expectAccessibleInBothThemes, expectNoSidewaysScroll, expectReadableInGrey } from "./steps/looks.ts";

/** "1 141 records match in …" → 1141. */
async function matched(page: Page): Promise<number> {
  const headline = page.getByRole("region", { name: "Records over time" }).getByRole("heading");
  await expect(headline).toContainText(/\d (records match|record matches)/, { timeout: 30_000 });
  return Number(/^[\d\s\u202f]+/.exec((await headline.textContent()) ?? "")?.[0].replace(/\D/g, ""));
}

async function exportedRows(page: Page): Promise<string[]> {
  const href = await page.getByRole("link", { name: /^Export .*as CSV$/ }).getAttribute("href");
  const reply = await page.request.get(href ?? "");
  expect(reply.ok()).toBe(true);
  expect(reply.headers()["content-type"]).toContain("text/csv");
  return (await reply.text())
    .split("\r\n")
    .filter((line) => line !== "")
    .slice(1);
}

// Axe looks at a page of rows twice, which takes its time on a machine that also carries the lab.
test.setTimeout(150_000);

test("filter and export: the file has the rows that the screen counts", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto("/records");
  await expect(async () => {
    await page.reload();
    expect(await matched(page)).toBeGreaterThan(5);
  }).toPass({ timeout: 120_000 });
  await expectAccessibleInBothThemes(page);
  await expectNoSidewaysScroll(page);
  await expectReadableInGrey(page, "records");

  const gateway = page.getByRole("combobox", { name: "Gateway" });
  await tabTo(page, gateway);
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/gateway=/);
  const chosen = await gateway.inputValue();

  // Records go on arriving while their calls end, so both counts are taken until they were taken at the same time.
  await expect(async () => {
    await page.reload();
    const screen = await matched(page);
    const rows = await exportedRows(page);
    expect(rows.length).toBe(screen);
    for (const row of rows) expect(row).toContain(chosen);
  }).toPass({ timeout: 60_000 });
});

test("rows, drawer and pages by keyboard", async ({ page }) => {
  await page.goto("/records");
  const first = page.locator("tr[data-key]").first();
  await expect(first).toBeVisible({ timeout: 60_000 });
  await tabTo(page, first);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: /^Call / });
  await expect(drawer).toContainText("Instants");
  await expect(drawer).toContainText(/± \d/);
  await expect(drawer).toContainText("Released by");
  await expectAccessibleInBothThemes(page);
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/open=/);
});

test("the window moves by arrow keys and by its fields", async ({ page }) => {
  await page.goto("/records");
  const whole = page.getByRole("slider", { name: /^Window: none/ });
  await tabTo(page, whole);
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/from=.+&to=/);
  const before = page.url();
  await tabTo(page, page.getByRole("slider", { name: "Window start" }));
  await page.keyboard.press("ArrowLeft");
  await expect(page).not.toHaveURL(before);
  const from = page.getByRole("textbox", { name: /^From/ });
  await from.fill("00:00");
  await from.press("Enter");
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\dT00%3A00%3A00/);
});

test("what is no time, no number and no gateway is said to be none", async ({ page }) => {
  await page.goto("/records?gateway=nope");
  await expect(page.getByRole("combobox", { name: "Gateway" }).locator("option:checked")).toHaveText("nope, not of this site");
  await page.goto("/records");
  const from = page.getByRole("textbox", { name: /^From/ });
  await from.fill("garbage");
  await from.press("Enter");
  await expect(from).toHaveAccessibleDescription("From: write hh:mm:ss, or yyyy-mm-dd hh:mm:ss.");
  const number = page.getByRole("textbox", { name: /^Number starts with/ });
  await number.fill("abc");
  await number.press("Enter");
  await expect(number).toHaveAccessibleDescription("Only digits, * and #, with + in front or without.");
  await expect(page).not.toHaveURL(/number=|from=/);
});

test("nothing matches: the page says which filter removed the rows and drops it", async ({ page }) => {
  await page.goto("/records");
  await expect(page.locator("tr[data-key]").first()).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press("/");
  await page.keyboard.type("999999");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No records match.")).toBeVisible();
  await expect(page.getByText(/The filter “number starts with 999999” removed the last/)).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Drop “number starts with 999999”" }));
  await page.keyboard.press("Enter");
  await expect(page.locator("tr[data-key]").first()).toBeVisible();
});
