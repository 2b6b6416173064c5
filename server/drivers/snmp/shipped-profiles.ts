/** The profiles that come with Tandem, and those that a site adds: YAML files of one folder each. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { parseSnmpProfile, type SnmpProfile } from "./snmp-profile.ts";

const shippedFolder = fileURLToPath(new URL("./profiles/", import.meta.url));
const largestFileBytes = 256 * 1024;
const mostFiles = 200;

let shipped: readonly SnmpProfile[] | null = null;

export function shippedProfiles(): readonly SnmpProfile[] {
  shipped ??= profilesIn(shippedFolder);
  return shipped;
}

/** A site's own profiles, and those shipped whose names they do not take. */
export function withShipped(own: readonly SnmpProfile[]): readonly SnmpProfile[] {
  return [...own, ...shippedProfiles().filter(({ name }) => !own.some((one) => one.name === name))];
}

/** Throws where none is named so. */
export function profileNamed(name: string, known: readonly SnmpProfile[]): SnmpProfile {
  const profile = known.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`no SNMP profile is named ${name}; known are ${known.map((one) => one.name).join(", ")}`);
  return profile;
}

/** Throws with every problem of every file. */
export function profilesIn(folder: string): readonly SnmpProfile[] {
  const { profiles, problems } = soundProfilesIn(folder);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return profiles;
}

/** Those that can be used, and what is wrong with the others, or with the folder. */
export function soundProfilesIn(folder: string): { readonly profiles: readonly SnmpProfile[]; readonly problems: readonly string[] } {
  const profiles: SnmpProfile[] = [];
  const problems: string[] = [];
  const attempt = <T>(make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      problems.push((error as Error).message);
      return null;
    }
  };
  for (const name of attempt(() => filesIn(folder)) ?? []) {
    const profile = attempt(() => readProfile(join(folder, name)));
    if (profile === null) continue;
    if (profiles.some((one) => one.name === profile.name))
      problems.push(`${join(folder, name)}: another file has a profile ${profile.name} too`);
    else profiles.push(profile);
  }
  return { profiles, problems };
}

function filesIn(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new Error(`the folder of SNMP profiles ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name));
  if (files.length > mostFiles) throw new Error(`${folder}: more than ${mostFiles} profiles`);
  return [...files].sort();
}

function readProfile(path: string): SnmpProfile {
  const text = readFileSync(path, "utf8");
  if (text.length > largestFileBytes) throw new Error(`${path}: larger than ${largestFileBytes} octets; this is no profile`);
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
  const parsed = parseSnmpProfile(value);
  if ("problems" in parsed) throw new Error(`${path} is no profile:\n${parsed.problems.map((problem) => `  - ${problem}`).join("\n")}`);
  return parsed.profile;
}

export function shippedProfile(name: string): SnmpProfile {
  const found = shippedProfiles().find((profile) => profile.name === name);
  if (found === undefined) throw new Error(`no profile is named ${name}`);
  return found;
}
