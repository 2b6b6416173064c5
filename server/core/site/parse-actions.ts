/** Takeover actions in `tandem.yaml`: a command is given as its words and never passes through a shell. */
import type { FieldReader } from "./field-reader.ts";
import type { ActionLists, ActionSpec, ExecAction, HttpAction, ServerSpec, Site } from "./site.ts";

const mostActions = 20;
const mostWords = 100;
/** ms. */
const timeoutRule = { from: 100, to: 600_000, or: 10_000 } as const;
const urlPattern = /^https?:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(\/[\x21-\x7e]*)?$/;

export const noActions: ActionLists = { onPromote: [], onDemote: [] };

/** What this server does: its own lists, and the site's for those that it leaves out. */
export function actionsOf(site: Pick<Site, "actions">, server: Pick<ServerSpec, "actions">): ActionLists {
  return { ...site.actions, ...server.actions };
}

/** The lists that are given; a server inherits those that it leaves out. */
export function parseActions(fields: FieldReader): Partial<ActionLists> {
  const lists = {
    ...(fields.has("onPromote") ? { onPromote: actionList(fields, "onPromote") } : {}),
    ...(fields.has("onDemote") ? { onDemote: actionList(fields, "onDemote") } : {}),
  };
  fields.end();
  return lists;
}

function actionList(fields: FieldReader, field: "onPromote" | "onDemote"): ActionSpec[] {
  const list = fields.list(field, false);
  if (list.length > mostActions)
    fields.refuse(field, `must hold at most ${mostActions} actions, not ${list.length}; join some in one program`);
  return list.map(parseAction);
}

function parseAction(fields: FieldReader): ActionSpec {
  const common = { timeoutMs: fields.number("timeoutMs", timeoutRule), blocking: fields.flag("blocking", false) };
  if (fields.has("esl")) fields.refuse("esl", "is not built yet; use exec with fs_cli, or http");
  const given = (["exec", "http"] as const).filter((kind) => fields.has(kind));
  if (given.length !== 1 && !fields.has("esl")) fields.refuse("", "must have exactly one of exec, http");
  const exec = fields.has("exec") ? parseExec(fields.inside("exec")) : null;
  const http = fields.has("http") ? parseHttp(fields.inside("http")) : null;
  fields.end();
  return { ...(exec ?? http ?? { kind: "exec", command: [] }), ...common };
}

function parseExec(fields: FieldReader): ExecAction {
  const command = fields.names("command");
  fields.end();
  const means = "the program by its whole path, then its arguments, for example [/usr/local/sbin/move-address, up]";
  if (fields.has("command") && Array.isArray(fields.raw("command")) && command.length === 0) fields.refuse("command", `must be ${means}`);
  else if (command.length > mostWords) fields.refuse("command", `must be at most ${mostWords} words`);
  else if (command[0] !== undefined && !command[0].startsWith("/")) {
    fields.refuse("command", `must begin with ${means}; no shell and no search path are used`);
  } else if (command.some((word) => word.includes("\0"))) fields.refuse("command", "must not hold a NUL character");
  return { kind: "exec", command };
}

function parseHttp(fields: FieldReader): HttpAction {
  const action: HttpAction = {
    kind: "http",
    url: parseUrl(fields, "url"),
    method: fields.choice("method", ["POST", "PUT"], "POST"),
    secret: fields.has("secret") ? fields.secret("secret") : null,
  };
  fields.end();
  return action;
}

/** Without user and password, and never repeated where it is refused: what is written here is shown. */
export function parseUrl(fields: FieldReader, field: string): string {
  const means = "a URL like https://alerts.example.net/tandem, without user or password";
  const value = fields.raw(field);
  if (typeof value === "string" && urlPattern.test(value)) return value;
  fields.refuse(field, value === undefined ? `is missing; it must be ${means}` : `must be ${means}`);
  return "";
}

/** How an action is named to people: the program and its arguments, or the request. */
export function actionText(action: ActionSpec): string {
  return action.kind === "exec" ? action.command.join(" ") : `${action.method} ${action.url}`;
}
