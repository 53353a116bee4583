// Asks all processes for their metrics every few seconds, and keeps what is plotted of the last hour: metrics without Prometheus.

import { type Clock, every } from "#runtime/base/clock.ts";
import { METRIC_SPANS, type MetricSpan, type MetricsView } from "#schema/api/observation.ts";
import { readMetrics } from "../operator/metrics-text.ts";
import { samplesIn } from "./exposition.ts";
import { measured, metricOf, type Scrape, type ScrapePair } from "./measures.ts";
import { PLOTS, type PlotSpec } from "./plots.ts";
import { Ring } from "./ring.ts";

export interface Target {
  name: string;
  /** `http://host:port` of its internal port. */
  address: string;
}

interface CollectorOptions {
  clock: Clock;
  edges: readonly Target[];
  /** Actor nodes that live. */
  findNodes(): Promise<readonly Target[]>;
  /** Default: by HTTP. Null: it does not answer. */
  read?(address: string): Promise<string | null>;
  /** Default: the twelve plots. */
  plots?: readonly PlotSpec[];
}

const EVERY_MS = 5_000;
const KEPT_MS = Number(METRIC_SPANS.at(-1)) * 60_000;
/** In an answer; a plot is not much wider. */
const POINTS_MAX = 180;
/** More are not asked: that many need Prometheus. */
const TARGETS_MAX = 100;

export class Collector {
  readonly #ring: Ring;
  readonly #wanted: ReadonlySet<string>;
  readonly #plots: readonly PlotSpec[];
  /** By address: what it showed last. */
  #last = new Map<string, Scrape>();
  #nodes: readonly Target[] = [];
  #answers: { name: string; answers: boolean }[] = [];
  readonly #stop: () => void;

  constructor(private readonly options: CollectorOptions) {
    this.#plots = options.plots ?? PLOTS;
    const lines = this.#plots.flatMap(({ id, series }) => Object.keys(series).map((line) => `${id} ${line}`));
    this.#ring = new Ring(KEPT_MS / EVERY_MS, lines);
    this.#wanted = new Set(this.#plots.flatMap(({ series }) => Object.values(series).map(metricOf)));
    this.#stop = every(options.clock, EVERY_MS, () => this.#look());
    void this.#look();
  }

  /** May be called twice. */
  stop() {
    this.#stop();
  }

  view(span: MetricSpan): MetricsView {
    const lengthMs = Number(span) * 60_000;
    const together = Math.ceil(lengthMs / EVERY_MS / POINTS_MAX);
    const { times, values } = this.#ring.since(this.options.clock.wallMs() - lengthMs, together);
    return {
      isCollecting: true,
      everyMs: EVERY_MS * together,
      times: times.map((atMs) => new Date(atMs).toISOString()),
      plots: this.#plots.map(({ id, series }) => ({
        id,
        series: Object.keys(series).map((line) => ({
          id: line,
          values: (values.get(`${id} ${line}`) ?? []).map(short),
        })),
      })),
      sources: this.#answers,
    };
  }

  /** Never rejects. */
  async #look() {
    const { edges, clock } = this.options;
    await this.#findNodes();
    const asked = [
      ...edges.map((target) => ({ ...target, kind: "edge" as const })),
      ...this.#nodes.map((target) => ({ ...target, kind: "actor" as const })),
    ];
    const scrapes = await Promise.all(
      asked.slice(0, TARGETS_MAX).map(async (target) => [target, await this.#scrape(target)] as const),
    );
    const pairs = scrapes.flatMap(([{ address }, now]): ScrapePair[] =>
      now ? [{ now, before: this.#last.get(address) ?? null }] : [],
    );
    const figures = new Map<string, number | null>();
    for (const { id, series } of this.#plots)
      for (const [line, measure] of Object.entries(series)) figures.set(`${id} ${line}`, measured(measure, pairs));
    this.#ring.add(clock.wallMs(), figures);
    this.#last = new Map(scrapes.flatMap(([{ address }, now]) => (now ? [[address, now]] : [])));
    this.#answers = scrapes.map(([{ name }, now]) => ({ name, answers: now !== null }));
  }

  /** While the database is away, the nodes of before are asked. */
  async #findNodes() {
    try {
      this.#nodes = await this.options.findNodes();
    } catch {
      return; // `store_up` says that it is away.
    }
  }

  async #scrape({ address, kind }: Target & Pick<Scrape, "kind">): Promise<Scrape | null> {
    const { clock, read = readMetrics } = this.options;
    const text = await read(address).catch(() => null);
    return text === null ? null : { kind, atMs: clock.monoMs(), samples: samplesIn(text, this.#wanted) };
  }
}

/** Four digits are more than a plot shows. */
const short = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)));
