/**
 * Remembers which plans were shown, and when. An order must name a plan that was shown,
 * is still valid and still describes the situation; so nobody confirms what they did not see.
 */
import type { WallTime } from "../core/time.ts";

interface ShownPlan {
  readonly shownAt: WallTime;
  readonly validMs: number;
}

/** Old plans beyond this are forgotten; they would have expired anyway. */
const memory = 200;

export class PlanBook {
  readonly #shown = new Map<string, ShownPlan>();

  show(plan: { readonly planId: string; readonly validMs: number }, now: WallTime): void {
    this.#shown.delete(plan.planId);
    this.#shown.set(plan.planId, { shownAt: now, validMs: plan.validMs });
    while (this.#shown.size > memory) {
      const oldest = this.#shown.keys().next();
      if (oldest.done) break;
      this.#shown.delete(oldest.value);
    }
  }

  /** Null where the plan still stands, else why it does not. */
  objection(planId: string, now: WallTime): string | null {
    const plan = this.#shown.get(planId);
    if (!plan) return "This plan is not known here. Check again.";
    const ageMs = now - plan.shownAt;
    if (ageMs > plan.validMs)
      return `The plan is ${Math.round(ageMs / 1000)} s old and was valid for ${Math.round(plan.validMs / 1000)} s. Check again.`;
    return null;
  }
}
