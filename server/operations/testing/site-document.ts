/** A site back into the words of `tandem.yaml`, so that tests read it as a node would. */
import type { Site } from "../../core/site/site.ts";

/** The fake site as a person would write it. */
export function siteDocument(site: Site): unknown {
  const text = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;
  return {
    site: site.site,
    cluster: site.cluster,
    servers: site.servers.map((one) => ({
      ...one,
      link: { path1: text(one.link.path1), path2: text(one.link.path2) },
      mgcp: text(one.mgcp),
      operator: text(one.operator),
    })),
    gateways: site.gateways.map(({ firstNumber: _, localTo: __, audit, sip: ___, snmp, rtp, ...one }) => ({
      ...one,
      link: text(one.link),
      mgcp: text(one.mgcp),
      snmp: { address: text(snmp), community: snmp.community },
      audit: { protocol: audit },
      rtp,
      operator: text(one.operator),
    })),
    witnesses: site.witnesses.map((one) => ({ name: one.name, link: text(one.link), operator: text(one.operator) })),
    keys: site.keys,
    operatorToken: site.operatorToken,
    console: "127.0.0.1:3999",
  };
}
