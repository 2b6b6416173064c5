/** Servers: is the pair healthy and in sync, and who is entitled to be primary? */
import type { Metadata } from "next";
import { Servers } from "./_servers/Servers.tsx";

export const metadata: Metadata = { title: "Servers" };

export default function Page() {
  return <Servers />;
}
