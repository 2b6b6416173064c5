/** Who imports whom, against the table in rooms.ts. Works on any list of files, so that tests can plant violations. */
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path/posix";
import { isTest, type Room, reservedPackages, roomOf } from "./rooms.ts";
import type { ImportOf, SourceFile } from "./source-file.ts";

/** The file in `paths` that a relative specifier means; null for packages, undefined where there is no such file. */
export function resolveImport(from: string, specifier: string, paths: ReadonlySet<string>): string | null | undefined {
  if (!specifier.startsWith(".")) return null;
  const plain = normalize(join(dirname(from), specifier));
  for (const candidate of [plain, `${plain}.ts`, `${plain}.tsx`, `${plain}/index.ts`, plain.replace(/\.js$/, ".ts")]) {
    if (paths.has(candidate)) return candidate;
  }
  return undefined;
}

export function layerProblems(sources: readonly SourceFile[], paths: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    for (const one of source.imports) {
      const at = `${source.path}:${one.line}`;
      const target = resolveImport(source.path, one.specifier, paths);
      if (target === undefined) problems.push(`${at} imports ${one.specifier}, which does not exist`);
      else if (room !== null) {
        const refusal = target === null ? refusePackage(source.path, room, one.specifier) : refuseFile(source.path, room, target, one);
        if (refusal !== null) problems.push(`${at} ${refusal}`);
      }
    }
  }
  return problems;
}

function refuseFile(path: string, room: Room, target: string, one: ImportOf): string | null {
  const within = (folder: string): boolean => target === folder || target.startsWith(`${folder}/`);
  if (isTest(target)) return `imports the test ${target}`;
  // Integration tests put several rooms together; that is what they are for.
  if (path.endsWith(".integration.test.ts") && (within("server") || within("db"))) return null;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return null;
  // A room inside a room (app/_trpc in app) is a door: its own row says who may use it.
  if (room.folder === "app" && targetRoom?.folder === "app/_trpc") return null;
  // server/nodes/main.ts starts every kind of node, the console too.
  if (path === "server/nodes/main.ts" && targetRoom?.folder === "server/nodes/console") return null;
  const allowed = targetRoom !== null && room.values.some((folder) => within(folder) && !crossesDoor(folder, targetRoom));
  if (allowed) return null;
  if (room.types.some(within)) return one.typeOnly ? null : `(${room.folder}) may import only types of ${target}`;
  return `(${room.folder}) may not import ${target}`;
}

/** Leave to import `server/nodes` is no leave to import `server/nodes/console`. */
function crossesDoor(folder: string, target: Room): boolean {
  return target.folder.startsWith(`${folder}/`) && roomOf(`${folder}/x.ts`)?.folder === folder;
}

function refusePackage(path: string, room: Room, specifier: string): string | null {
  const matches = (name: string): boolean =>
    name.endsWith("/") ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`);
  if (isBuiltin(specifier)) {
    return room.node || isTest(path) ? null : `(${room.folder}) may not import Node's ${specifier}`;
  }
  // What tests share lies in folders named testing.
  if (isTest(path) || path.includes("/testing/")) return null;
  if (room.packages === "any") {
    const reserved = reservedPackages.some(matches);
    return reserved ? `(${room.folder}) may not import ${specifier}: it belongs to another room` : null;
  }
  return room.packages.some(matches) ? null : `(${room.folder}) may not import the package ${specifier}`;
}
