/** What is cited must exist: files and folders in backticks or links of documents, and scripts after `npm run`, wherever it is said. */
import { dirname, join, normalize } from "node:path/posix";

const topFolders = /^(app|server|db|e2e|bench|docs|public|deploy|checks|scripts|\.ci)\//;

export function markdownProblems(texts: ReadonlyMap<string, string>, paths: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const exists = (path: string): boolean => {
    const plain = path.replace(/\/$/, "");
    return paths.has(plain) || [...paths].some((one) => one.startsWith(`${plain}/`));
  };
  for (const [path, text] of texts) {
    for (const { cited, line } of citations(path, text)) {
      if (!exists(cited)) problems.push(`${path}:${line} cites ${cited}, which does not exist`);
    }
  }
  return problems;
}

export function scriptProblems(texts: ReadonlyMap<string, string>, scripts: ReadonlySet<string>): string[] {
  return [...texts].flatMap(([path, text]) =>
    [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)]
      .filter((match) => !scripts.has(match[1] as string))
      .map((match) => `${path} cites npm run ${match[1]}, which does not exist`),
  );
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
