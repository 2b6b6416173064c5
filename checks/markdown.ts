/** What the documents cite must exist: files and folders in backticks or links, and scripts after `npm run`. */
import { dirname, join, normalize } from "node:path/posix";

const topFolders = /^(app|server|db|e2e|bench|docs|public|deploy|checks|scripts|\.ci)\//;

export function markdownProblems(texts: ReadonlyMap<string, string>, paths: ReadonlySet<string>, scripts: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const exists = (path: string): boolean => {
    const plain = path.replace(/\/$/, "");
    return paths.has(plain) || [...paths].some((one) => one.startsWith(`${plain}/`));
  };
  for (const [path, text] of texts) {
    for (const { cited, line } of citations(path, text)) {
      if (!exists(cited)) problems.push(`${path}:${line} cites ${cited}, which does not exist`);
    }
    for (const match of text.matchAll(/npm run ([a-z][a-z:-]*)/g)) {
      if (!scripts.has(match[1] as string)) problems.push(`${path} cites npm run ${match[1]}, which does not exist`);
    }
  }
  return problems;
}

function citations(path: string, text: string): { cited: string; line: number }[] {
  const found: { cited: string; line: number }[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    for (const match of line.matchAll(/`([^`\s]+)`/g)) {
      const cited = (match[1] as string).replace(/:\d+$/, "").replace(/[,.;]$/, "");
      if (topFolders.test(cited) && !/[*<>{}$…]/.test(cited)) found.push({ cited: normalize(cited), line: index + 1 });
    }
    for (const match of line.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)) {
      const target = match[1] as string;
      if (!/^[a-z]+:/.test(target)) found.push({ cited: normalize(join(dirname(path), target)), line: index + 1 });
    }
  }
  return found;
}
