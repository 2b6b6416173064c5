/** What this gear can say of its connections, and from which object; what it cannot say is named as that. */
import type { GearField, GearProfile } from "../../../server/core/gear/gear-profile.ts";
import { Region } from "../../_ui/Region.tsx";
import { fieldNames, protocolText } from "./audit-words.ts";

const gearFields = Object.keys(fieldNames) as GearField[];

export function Profile({ profile, name }: { readonly profile: GearProfile | null; readonly name: string }) {
  if (profile === null)
    return (
      <Region title="What it can say">
        <p className="ink-2">
          <span className="swatch" aria-hidden="true" /> Unknown: {name} was not read yet. It is found out at first contact.
        </p>
      </Region>
    );
  const said = gearFields.filter((field) => profile.says[field] !== undefined).length;
  return (
    <Region title="What it can say" note={`${said} of ${gearFields.length}; the rest stays unknown, never a default`}>
      <p className="profile-title">
        {profile.title} <span className="mono ink-2">{profile.name}</span>, by {protocolText(profile.protocol)}
      </p>
      {profile.identity !== null && <p className="ink-2">It calls itself: {profile.identity}</p>}
      <dl className="profile-fields">
        {gearFields.map((field) => (
          <div key={field}>
            <dt>{fieldNames[field]}</dt>
            <dd>
              {profile.says[field] === undefined ? (
                <span className="ink-3">cannot say</span>
              ) : (
                <span className="mono">{profile.says[field]}</span>
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>Its restarts</dt>
          <dd>{profile.tellsBoot ? "told" : <span className="ink-3">cannot say</span>}</dd>
        </div>
        <div>
          <dt>Ended calls</dt>
          <dd>{profile.keepsHistory ? "kept in a history table" : <span className="ink-3">not kept</span>}</dd>
        </div>
      </dl>
      {profile.notes.length > 0 && (
        <ul className="profile-notes">
          {profile.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Region>
  );
}
