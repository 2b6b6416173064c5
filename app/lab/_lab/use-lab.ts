"use client";
/**
 * The lab as last seen, and a way to do something to it. While the supervisor or the link is gone the page keeps
 * what it knew and turns its buttons off with the reason.
 */
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import type { LabStatus } from "../../../server/core/status/lab-status.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { formatCount } from "../../_ui/format.ts";
import { actionName, type LabAction } from "./lab-words.ts";

export interface LinkChoice {
  readonly a: string;
  readonly b: string;
  readonly path: 1 | 2 | "all";
  readonly oneWay: boolean;
}

interface Wish {
  readonly name: string;
  readonly carryOut: () => Promise<unknown>;
}

export interface LabDoor {
  /** Null until the supervisor was seen once. */
  readonly lab: LabStatus | null;
  readonly reachable: boolean;
  readonly objection: string | null;
  /** What was asked last, and how it went. */
  readonly said: string;
  readonly failed: boolean;
  readonly act: (action: LabAction, node: string, role: string | null) => void;
  readonly cut: (link: LinkChoice) => void;
  readonly heal: (links: readonly LinkChoice[], name: string) => void;
  readonly traffic: (calls: number) => void;
}

export function useLab(): LabDoor {
  const { snapshot } = useLive();
  const known = useRef<LabStatus | null>(null);
  if (snapshot?.lab) known.current = snapshot.lab;
  const reachable = snapshot?.lab != null;
  const wish = useMutation({ mutationFn: (wanted: Wish) => wanted.carryOut() });
  const ask = (name: string, carryOut: () => Promise<unknown>) => wish.mutate({ name, carryOut });
  const name = wish.variables?.name ?? "";
  const error = wish.error instanceof Error ? wish.error.message : null;
  return {
    lab: snapshot?.lab ?? known.current,
    reachable,
    objection: reachable || snapshot === null ? null : "The lab's supervisor does not answer: it runs only under npm start.",
    said: name === "" ? "" : wish.isPending ? `${name}: asked.` : error === null ? `${name}: done.` : `${name}: ${error}`,
    failed: error !== null,
    act: (action, node, role) => ask(actionName(action, node, role), () => api().lab[action].mutate({ node })),
    cut: (link) => ask(`Cut ${link.a} ${link.oneWay ? "→" : "↔"} ${link.b}`, () => api().lab.cut.mutate({ ...link })),
    heal: (links, what) =>
      ask(what, async () => {
        for (const link of links) await api().lab.heal.mutate({ ...link });
      }),
    traffic: (calls) =>
      ask(`Set traffic to ${formatCount(calls)} ${calls === 1 ? "call" : "calls"}`, () => api().lab.traffic.mutate({ calls })),
  };
}
