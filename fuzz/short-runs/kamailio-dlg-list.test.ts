import { shortRun } from "../testing/short-run.ts";

shortRun("kamailio-dlg-list");
