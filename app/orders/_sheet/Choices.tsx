"use client";
/** What an order leaves open: which server, when, how long, which voter, which gateways. Every choice stands in the address. */
import type { OrderPlan, OrderVerb } from "../../../server/core/status/order.ts";
import type { ConsoleSnapshot, ServerView } from "../../../server/operations/console-view.ts";
import { SelectField } from "../../_ui/SelectField.tsx";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { GatewayBoxes } from "./GatewayBoxes.tsx";
import { Instant } from "./Instant.tsx";
import { Options } from "./Options.tsx";
import styles from "./order.module.css";
import { failedBackText, lentOf, namesOf, namesText, pauseLengthOf, pauseLengths } from "./order-request.ts";
import { abstainingOf, driftText, votersOf } from "./voters-now.ts";

interface ChoicesProps {
  readonly verb: OrderVerb;
  readonly snapshot: ConsoleSnapshot;
  readonly plan: OrderPlan | null;
}

export function Choices({ verb, snapshot, plan }: ChoicesProps) {
  switch (verb) {
    case "schedule-switchover":
      return (
        <div className={styles.choices}>
          <Server snapshot={snapshot} chosen={snapshot.standby} />
          <Instant now={snapshot.at} />
        </div>
      );
    case "failover-now":
    case "override":
      return (
        <div className={styles.choices}>
          <Server snapshot={snapshot} chosen={plan?.to ?? snapshot.standby} />
        </div>
      );
    case "pause":
      return (
        <div className={styles.choices}>
          <Length />
        </div>
      );
    case "add-voter":
    case "remove-voter":
      return <Voter verb={verb} snapshot={snapshot} />;
    case "admit-voter":
      return <Abstaining snapshot={snapshot} />;
    case "failback":
      return <Failback snapshot={snapshot} to={plan?.to ?? null} />;
    case "recall":
      return <Recall snapshot={snapshot} />;
    default:
      return null;
  }
}

function Length() {
  const [get, set] = useUrlState();
  return (
    <Options
      legend="For how long"
      value={pauseLengthOf(get("for"))}
      options={Object.entries(pauseLengths).map(([value, { text }]) => ({ value, text }))}
      onChoose={(value) => set({ for: value, until: null })}
    />
  );
}

interface ServerProps {
  readonly snapshot: ConsoleSnapshot;
  readonly chosen: string | null;
}

/** Who is primary already, or answers nobody, cannot be chosen. */
function barredOf({ name, state }: ServerView, primary: string | null): { readonly barred?: string } {
  if (name === primary) return { barred: "is primary now" };
  return state === "unreachable" || state === "frozen" ? { barred: "does not answer" } : {};
}

function Server({ snapshot, chosen }: ServerProps) {
  const [get, set] = useUrlState();
  return (
    <Options
      legend="Server that shall be in control"
      value={get("to") ?? chosen ?? ""}
      options={snapshot.servers.map((server) => ({ value: server.name, text: server.name, ...barredOf(server, snapshot.primary) }))}
      onChoose={(value) => set({ to: value })}
    />
  );
}

function Voter({ verb, snapshot }: { readonly verb: "add-voter" | "remove-voter"; readonly snapshot: ConsoleSnapshot }) {
  const [get, set] = useUrlState();
  const set_ = votersOf(snapshot);
  const candidates = verb === "add-voter" ? set_.others : set_.voters;
  const drift = driftText(set_);
  const chosen = get("voter") ?? candidates[0];
  return (
    <div className={styles.choices}>
      {candidates.length > 0 && chosen !== undefined && (
        <SelectField
          label={verb === "add-voter" ? "Does not vote yet" : "Votes now"}
          value={chosen}
          options={candidates.includes(chosen) ? candidates : [chosen, ...candidates]}
          onChoose={(voter) => set({ voter })}
        />
      )}
      <p className="ink-2">
        In force: {set_.voters.join(", ") || "not known"}. {drift}
      </p>
    </div>
  );
}

function Abstaining({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const [get, set] = useUrlState();
  const candidates = abstainingOf(snapshot);
  const chosen = get("voter") ?? candidates[0];
  if (chosen === undefined) return null;
  return (
    <div className={styles.choices}>
      <SelectField
        label="Abstains now"
        value={chosen}
        options={candidates.includes(chosen) ? candidates : [chosen, ...candidates]}
        onChoose={(voter) => set({ voter })}
      />
    </div>
  );
}

function Failback({ snapshot, to }: { readonly snapshot: ConsoleSnapshot; readonly to: string | null }) {
  const [get, set] = useUrlState();
  const named = get("gateways") !== null;
  const barred = get("to") === null ? failedBackText(snapshot) : null;
  return (
    <div className={styles.choices}>
      <Options
        legend={`What goes to ${to ?? "the preferred server"}`}
        value={named ? "named" : "all"}
        options={[
          { value: "all", text: "everything, as a switchover", ...(barred === null ? {} : { barred }) },
          { value: "named", text: "named gateways, the title stays" },
        ]}
        onChoose={(value) => set({ gateways: value === "all" ? null : namesText([]) })}
      />
      {named && (
        <GatewayBoxes
          snapshot={snapshot}
          names={snapshot.gateways.map((gateway) => gateway.name)}
          chosen={namesOf(get("gateways"))}
          onChoose={(gateways) => set({ gateways: namesText(gateways) })}
        />
      )}
    </div>
  );
}

function Recall({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const [get, set] = useUrlState();
  const lent = lentOf(snapshot).map((one) => one.gateway);
  const chosen = get("gateways") === null ? lent : namesOf(get("gateways"));
  return (
    <div className={styles.choices}>
      {lent.length === 0 ? (
        <p className="ink-2">No gateway is lent now.</p>
      ) : (
        <GatewayBoxes snapshot={snapshot} names={lent} chosen={chosen} onChoose={(gateways) => set({ gateways: namesText(gateways) })} />
      )}
    </div>
  );
}
