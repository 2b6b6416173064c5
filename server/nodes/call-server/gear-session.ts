/** One piece of gear of others as this server works with it: audited whoever is in charge, and pointed here when this server holds the title. */
import type { NodeName } from "../../core/identity.ts";
import type { PollMode } from "../../core/polling/poll-event.ts";
import type { GearSpec } from "../../core/site/gear.ts";
import type { AuditOptions, AuditResult } from "../../drivers/auditor.ts";
import type { CommandAuthority, ConnectResult } from "../../drivers/gateway-driver.ts";
import type { GearDriver } from "../../drivers/gear-driver.ts";

const connectDeadlineMs = 3_000;

export class GearSession {
  readonly spec: GearSpec;
  readonly driver: GearDriver;
  notifiedEntity: string | null = null;
  #closed = false;

  constructor(spec: GearSpec, driver: GearDriver) {
    this.spec = spec;
    this.driver = driver;
  }

  get name(): NodeName {
    return this.spec.name;
  }

  async audit(mode: PollMode, options: AuditOptions): Promise<AuditResult | null> {
    if (this.#closed) return null;
    const result = await this.driver.auditor.audit(mode, options);
    return this.#closed ? null : result;
  }

  /** Null: it takes no command, and needs none to be read. */
  async connect(authority: CommandAuthority): Promise<ConnectResult | null> {
    if (this.driver.connect === null || this.#closed) return null;
    const result = await this.driver.connect({ ...authority, deadlineMs: connectDeadlineMs });
    if (result.kind === "connected") this.notifiedEntity = await this.driver.notifiedEntity();
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.driver.close();
  }
}
