/** `tandem gateway …`: gear of any kind, asked by this process itself and not by the site's nodes. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { snmpAuthProtocols, snmpPrivacyProtocols } from "../core/site/snmp-access.ts";
import type { ProbeOptions } from "../nodes/probe/probe-plan.ts";
import { gatewayCommand } from "./gateway-audits.ts";
import type { CommonOptions } from "./open-context.ts";

type Doing = <Own>(run: (common: CommonOptions, own: Own, words: string[]) => Promise<void>) => (...given: unknown[]) => Promise<void>;

export function addGatewayCommands(program: Command, doing: Doing, whole: (from: number, to: number) => (text: string) => number): void {
  gatewayCommand(program)
    .command("probe <address>")
    .description("what it is, what it can say of its calls, a few of them, and its entry for tandem.yaml; it only reads")
    .addOption(new Option("--protocol <name>", "how to ask").choices(["snmp", "mgcp", "sip", "rpc", "all"]).default("all"))
    .option("--community <text>", "SNMP v2c: the community, or file:<path> or env:<NAME> (else public)")
    .option("--user <name>", "SNMPv3, and SIP digest: the user")
    .addOption(new Option("--auth-protocol <name>", "SNMPv3").choices(snmpAuthProtocols))
    .option("--auth-secret <reference>", "SNMPv3, and SIP digest: file:<path> or env:<NAME>")
    .addOption(new Option("--privacy-protocol <name>", "SNMPv3").choices(snmpPrivacyProtocols))
    .option("--privacy-secret <reference>", "SNMPv3: file:<path> or env:<NAME>")
    .option("--profiles <folder>", "SNMP profiles of your own, beside the shipped ones")
    .option("--domain <name>", "MGCP: what stands behind the @ of its endpoints (else mgw and its address are tried)")
    .option("--endpoint <name>", "MGCP: one of its endpoints (else rtpbridge/1)")
    .option("--vty <port>", "MGCP: the VTY of an osmo-mgw, as port or host:port")
    .option("--resource <uri...>", "SIP: whom to ask about")
    .addOption(new Option("--transport <name>", "SIP").choices(["udp", "tcp"]).default("udp"))
    .option("--rpc <url>", "JSON-RPC: its URL (else http://ADDRESS:5060/RPC)", url)
    .option("--rows <n>", "show at most so many connections", whole(0, 1_000), 3)
    .option("--timeout <ms>", "wait so long for an answer", whole(100, 60_000), 3_000)
    .action(
      doing(async (common, own: Omit<ProbeOptions, "resource"> & { resource?: string[] }, words) =>
        (await import("./gateway-probe.ts")).gatewayProbe(common, words[0] ?? "", { ...own, resource: own.resource ?? [] }),
      ),
    );
}

function url(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError("It must be a URL like http://10.0.0.9:5060/RPC.");
  return text;
}
