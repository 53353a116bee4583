// Actor nodes and edges: what each carries, and how to empty a node before it is stopped.

import { useSignal } from "@preact/signals";
import type { EdgeView, NodeView } from "#schema/api/cluster.ts";
import type { Page } from "#schema/api/fields.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { durationText } from "../ui/dates.ts";
import { Panel } from "../ui/panel.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { countText } from "../ui/ticker.ts";
import { words } from "../words/observation.ts";
import { AwayStores } from "./away-stores.tsx";
import { PolledState } from "./polled-state.tsx";
import { usePolled } from "./use-polled.ts";

const EVERY_MS = 5_000;
/** A stall that viewers may notice. */
const LAG_MS_BAD = 500;

export function Nodes() {
  const nodes = usePolled<Page<NodeView>>("/admin/nodes", EVERY_MS);
  const edges = usePolled<Page<EdgeView>>("/admin/edges", EVERY_MS);
  return (
    <>
      <AwayStores />
      <PolledState polled={nodes} />
      {nodes.value ? <ActorNodes nodes={nodes.value.items} reload={nodes.reload} /> : null}
      {edges.value ? (
        <Panel id="edges" title={words.edges} about={words.edgesAbout}>
          <Table
            caption={words.edgesCaption}
            columns={EDGE_COLUMNS}
            rows={edges.value.items}
            keyOf={({ name }) => name}
          />
          {edges.value.items.length === 1 ? <p class="field-hint">{words.otherEdges}</p> : null}
        </Panel>
      ) : null}
    </>
  );
}

function ActorNodes({ nodes, reload }: { nodes: NodeView[]; reload(): Promise<void> }) {
  const draining = useSignal<NodeView | null>(null);
  /** By incarnation: the actors that it had when this page first saw it drain. */
  const startedWith = useSignal<Readonly<Record<string, number>>>({});
  const order = async (node: NodeView, verb: "drain" | "undrain") => {
    if (verb === "drain") startedWith.value = { ...startedWith.value, [node.incarnation]: node.actors };
    await call(`/admin/nodes/${node.incarnation}/${verb}`, { method: "POST", body: {} });
    await reload();
  };
  const asked = draining.value;
  const others = nodes.filter(({ standing, incarnation }) => standing === "up" && incarnation !== asked?.incarnation);
  const columns: Column<NodeView>[] = [
    ...NODE_COLUMNS,
    {
      word: words.act,
      cell: (node) =>
        node.standing === "up" ? (
          <button type="button" class="button" onClick={() => (draining.value = node)}>
            {words.drain}
            <span class="sr-only"> {node.name}</span>
          </button>
        ) : node.standing === "draining" ? (
          <div class="node-drain">
            <DrainProgress node={node} startedWith={startedWith.value[node.incarnation] ?? null} />
            <button type="button" class="button" onClick={() => void order(node, "undrain").catch(() => reload())}>
              {words.undrain}
              <span class="sr-only"> {node.name}</span>
            </button>
          </div>
        ) : null,
    },
  ];
  return (
    <Panel id="nodes" title={words.actorNodes} about={words.actorNodesAbout}>
      {nodes.length === 0 ? (
        <div class="empty">
          <p>
            <strong>{words.noNodes}</strong>
          </p>
          <p>{words.noNodesText}</p>
        </div>
      ) : (
        <Table
          caption={words.actorNodesCaption}
          columns={columns}
          rows={nodes}
          keyOf={({ incarnation }) => incarnation}
        />
      )}
      {asked ? (
        <Confirm
          title={words.drainOne(asked.name)}
          word={words.drainWord}
          act={() => order(asked, "drain")}
          onClose={() => (draining.value = null)}
          isHarm={others.length === 0}
        >
          {others.length === 0 ? words.drainLastMeans : words.drainMeans}
        </Confirm>
      ) : null}
    </Panel>
  );
}

/** `startedWith` null: it drained before this page came. */
const DrainProgress = ({ node, startedWith }: { node: NodeView; startedWith: number | null }) => (
  <ProgressBar
    label={words.drainOf(node.name)}
    share={startedWith ? 1 - node.actors / startedWith : node.actors === 0 ? 1 : null}
    text={words.actorsLeft(node.actors)}
  />
);

const figure = <Value,>(value: Value | null, text: (value: Value) => string) =>
  value === null ? words.unknown : text(value);

const Lag = ({ ms }: { ms: number | null }) =>
  ms !== null && ms >= LAG_MS_BAD ? (
    <span class="tag tag-bad">{words.milliseconds(ms)}</span>
  ) : (
    <span>{figure(ms, words.milliseconds)}</span>
  );

const Standing = ({ word, isGood }: { word: string; isGood: boolean }) => (
  <span class={isGood ? "tag" : "tag tag-bad"}>{word}</span>
);

const NODE_COLUMNS: readonly Column<NodeView>[] = [
  { word: words.name, cell: ({ name }) => <strong>{name}</strong>, sortBy: ({ name }) => name },
  {
    word: words.state,
    cell: ({ standing }) => <Standing word={words.standings[standing]} isGood={standing !== "silent"} />,
  },
  {
    word: words.channels,
    isFigure: true,
    cell: ({ broadcasts, used, slots }) => words.ofSlots(Math.round(broadcasts ?? used), slots),
    sortBy: ({ broadcasts, used }) => broadcasts ?? used,
  },
  { word: words.actors, isFigure: true, cell: ({ actors }) => countText(actors), sortBy: ({ actors }) => actors },
  { word: words.processor, isFigure: true, cell: ({ cores }) => figure(cores, words.cores) },
  { word: words.memory, isFigure: true, cell: ({ memoryBytes }) => figure(memoryBytes, words.megabytes) },
  { word: words.lag, isFigure: true, cell: ({ loopDelayMs }) => <Lag ms={loopDelayMs} /> },
  { word: words.seen, isFigure: true, cell: ({ seenAgoMs }) => words.secondsAgo(seenAgoMs / 1_000) },
  { word: words.upSince, isFigure: true, cell: ({ upMs }) => durationText(upMs) },
];

const EDGE_COLUMNS: readonly Column<EdgeView>[] = [
  { word: words.name, cell: ({ name }) => <strong>{name}</strong>, sortBy: ({ name }) => name },
  {
    word: words.state,
    cell: ({ standing }) => <Standing word={words.edgeStandings[standing]} isGood={standing !== "silent"} />,
  },
  {
    word: words.sockets,
    isFigure: true,
    cell: ({ chatSockets, chatSocketsMax }) =>
      figure(chatSockets, (count) => (chatSocketsMax ? words.ofSlots(count, chatSocketsMax) : countText(count))),
    sortBy: ({ chatSockets }) => chatSockets ?? 0,
  },
  { word: words.viewers, isFigure: true, cell: ({ viewers }) => figure(viewers, countText) },
  { word: words.processor, isFigure: true, cell: ({ cores }) => figure(cores, words.cores) },
  { word: words.memory, isFigure: true, cell: ({ memoryBytes }) => figure(memoryBytes, words.megabytes) },
  { word: words.lag, isFigure: true, cell: ({ loopDelayMs }) => <Lag ms={loopDelayMs} /> },
  { word: words.upSince, isFigure: true, cell: ({ upMs }) => figure(upMs, durationText) },
];
