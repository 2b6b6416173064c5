"use client";
/** Everything that audits tell of one gateway or gear, by the eyes of the primary or of another server; whose they are stands in the URL. */
import type { PollFigures } from "../../../server/core/polling/poll-figures.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { Failure } from "../../_ui/EmptyState.tsx";
import { Region } from "../../_ui/Region.tsx";
import { SelectField } from "../../_ui/SelectField.tsx";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { protocolText } from "./audit-words.ts";
import { Differences } from "./Differences.tsx";
import { List } from "./DrawerList.tsx";
import { Polling } from "./Polling.tsx";
import { Profile } from "./Profile.tsx";
import { useGearDetail } from "./use-gear-detail.ts";

interface AuditRegionsProps {
  readonly name: string;
  readonly snapshot: ConsoleSnapshot;
  /** As the snapshot tells them, for as long as the detail has not come. */
  readonly figures: PollFigures | null;
  readonly budget: number | null;
}

export function AuditRegions({ name, snapshot, figures, budget }: AuditRegionsProps) {
  const [get, set] = useUrlState();
  const wanted = get("by");
  const server = snapshot.servers.some((one) => one.name === wanted) ? wanted : null;
  const asked = useGearDetail(name, server);
  const detail = asked.data ?? null;
  return (
    <>
      <Polling
        name={name}
        server={server}
        figures={detail?.polling ?? (server === null ? figures : null)}
        detail={detail}
        budget={budget}
        chooser={<Eyes snapshot={snapshot} server={server} onChoose={(by) => set({ by })} />}
      />
      {asked.isError && (
        <Region title="Not told">
          <Failure title={`${server ?? "The primary"} does not tell how ${name} is audited.`}>{asked.error.message}</Failure>
        </Region>
      )}
      {detail !== null && (
        <>
          <Differences detail={detail} />
          <Profile profile={detail.profile} name={name} />
          <Region title="Asked at" note={`by ${detail.source}`}>
            <List
              items={[
                [
                  protocolText(detail.protocol),
                  <span key="address" className="mono">
                    {detail.address}
                  </span>,
                ],
                [
                  "Notified entity",
                  detail.notifiedEntity === null ? (
                    <span key="entity" className="ink-3">
                      it cannot say whom it obeys, or was not asked
                    </span>
                  ) : (
                    <span key="entity" className="mono">
                      {detail.notifiedEntity}
                    </span>
                  ),
                ],
              ]}
            />
          </Region>
        </>
      )}
    </>
  );
}

interface EyesProps {
  readonly snapshot: ConsoleSnapshot;
  readonly server: string | null;
  readonly onChoose: (server: string | null) => void;
}

function Eyes({ snapshot, server, onChoose }: EyesProps) {
  const { primary, servers } = snapshot;
  return (
    <SelectField
      label="By the eyes of"
      value={server ?? ""}
      options={[["", primary === null ? "the primary" : `the primary, ${primary}`], ...servers.map((one) => one.name)]}
      onChoose={(chosen) => onChoose(chosen === "" ? null : chosen)}
    />
  );
}
