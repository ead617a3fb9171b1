import { useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { PulseOfNode } from "../operations/pulse.tsx";
import { Channels, Connections, Limits, Nodes } from "../operations/tables.tsx";
import { FollowOne } from "../operations/way.tsx";
import { PageHead } from "../ui/parts.tsx";

export default function Operations() {
  const t = useT();
  const me = useMe();
  const [channel, setChannel] = useState("approvals");
  const all = me.oversees === "all";
  return (
    <div className="stack wide">
      <PageHead title={t("operations")} note={t(all ? "operationsNote" : "operationsTenant")} />
      {all && <PulseOfNode />}
      <div className="columns">
        <div>
          <FollowOne channel={channel} setChannel={setChannel} />
          <Connections />
        </div>
        <div>
          <Channels choose={setChannel} />
          {all && <Nodes />}
          <Limits />
        </div>
      </div>
    </div>
  );
}
