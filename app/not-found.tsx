/** An address that leads nowhere: says so inside of the console, with the way back. */
import type { Metadata } from "next";
import Link from "next/link";
import { PageVerdict } from "./_ui/Verdict.tsx";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <>
      <PageVerdict sentence="There is no page at this address.">It may be mistyped, or from another version of the console.</PageVerdict>
      <section className="region">
        <Link className="button" href="/">
          To the overview
        </Link>
      </section>
    </>
  );
}
