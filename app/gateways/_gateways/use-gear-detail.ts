"use client";
/** What one server's audits of a gateway know, asked anew every two seconds; the last answer stays while a newer one fails. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../_trpc/client.ts";

const againMs = 2000;

/** `server` null: the primary's view. */
export function useGearDetail(name: string, server: string | null) {
  return useQuery({
    queryKey: ["gear", name, server],
    queryFn: () => api().gateways.detail.query({ name, server }),
    refetchInterval: againMs,
    // Of the same gateway only: another one's figures must not stand under this one's name.
    placeholderData: (before, query) => (query?.queryKey[1] === name ? keepPreviousData(before) : undefined),
  });
}
