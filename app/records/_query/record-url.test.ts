/** The address of the records page goes there and back, and shrugs at nonsense. */
import { describe, expect, test } from "vitest";
import { activeFilters } from "./record-filters.ts";
import { addressParams, digitsOf, noQuery, queryParams, readAddress } from "./record-url.ts";

describe("address", () => {
  test("goes there and back", () => {
    const address = {
      query: {
        from: Date.UTC(2026, 10, 20, 1, 50),
        to: Date.UTC(2026, 10, 20, 2, 40),
        number: "+4131",
        gateway: "gw-1",
        outcome: "answered",
        origin: "adopted",
      },
      after: "1795-abc",
      open: "deadbeef",
    } as const;
    expect(readAddress(addressParams(address))).toEqual(address);
  });

  test("leaves nonsense out", () => {
    const read = readAddress(new URLSearchParams("from=yesterday&outcome=maybe&origin=&number=--&gateway=%20"));
    expect(read).toEqual({ query: noQuery, after: null, open: null });
  });

  test("a window inside out is turned round, and a time without zone is UTC", () => {
    const { query } = readAddress(new URLSearchParams("from=2026-11-20T02:40:00&to=2026-11-20T01:50"));
    expect(query.from).toBe(Date.UTC(2026, 10, 20, 1, 50));
    expect(query.to).toBe(Date.UTC(2026, 10, 20, 2, 40));
  });

  test("numbers lose the separators that people type", () => {
    expect(digitsOf("+41 31 320-14")).toBe("+413132014");
    expect(digitsOf("*21#")).toBe("*21#");
  });

  test("what is no number is none, not a number that nobody has", () => {
    expect([digitsOf("abc"), digitsOf("20o1"), digitsOf("2+1"), digitsOf("")]).toEqual([null, null, null, null]);
  });

  test("the export asks for the same records as the screen", () => {
    expect(queryParams({ ...noQuery, gateway: "gw-1" }).toString()).toBe("gateway=gw-1");
  });
});

describe("filters", () => {
  test("each can be dropped by itself", () => {
    const filters = activeFilters({ ...noQuery, gateway: "gw-1", outcome: "lost", from: 0 });
    expect(filters.map((filter) => filter.key)).toEqual(["window", "gateway", "outcome"]);
    expect(filters[1]?.without).toEqual({ ...noQuery, outcome: "lost", from: 0 });
    expect(filters[1]?.words).toBe("gateway = gw-1");
    expect(activeFilters({ ...noQuery, origin: "history" })[0]?.words).toBe("record = recovered");
  });
});
