/** What a program that a node starts inherits: how to find things and how to write them, nothing else. Our own environment may hold secrets. */

const inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"];

export function bareEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, ...more } as Record<string, string> as NodeJS.ProcessEnv;
}
