// Proxies between each actor node and each nginx-rtmp: one for pulled streams, one for nginx' stat and control.

import type { DataFolder } from "#ops/up/data-folder.ts";
import { ingestName, nginxName } from "#ops/up/services/nginx.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

export class IngestRoute {
  /** Pulls are refused. */
  refusing = false;

  private constructor(
    readonly rtmp: TcpProxy,
    readonly control: TcpProxy,
  ) {}

  static async open(folder: DataFolder, number: number): Promise<IngestRoute> {
    let route: IngestRoute | undefined;
    const target = (which: "port" | "internalPort") => () => {
      const port = folder.readRunFile(nginxName(number))?.[which];
      if (port === undefined || (which === "port" && route?.refusing))
        throw new Error("the proxied server does not listen");
      return { port };
    };
    route = new IngestRoute(
      await TcpProxy.listen({ target: target("port") }),
      await TcpProxy.listen({ target: target("internalPort") }),
    );
    return route;
  }

  async close() {
    await Promise.all([this.rtmp.close(), this.control.close()]);
  }
}

interface IngestRoutes {
  /** Proxies by node name, then by index of the ingest. */
  of: Map<string, IngestRoute[]>;
  /** Setting INGESTS of a node. */
  setting(node: string): string;
  close(): Promise<void>;
}

export async function openIngestRoutes(options: {
  folder: DataFolder;
  nodes: string[];
  ingests: number;
}): Promise<IngestRoutes> {
  const { folder, nodes, ingests } = options;
  const routes = new Map<string, IngestRoute[]>();
  for (const node of nodes) {
    const own: IngestRoute[] = [];
    for (let number = 1; number <= ingests; number++) own.push(await IngestRoute.open(folder, number));
    routes.set(node, own);
  }
  return {
    of: routes,
    setting: (node) =>
      (routes.get(node) ?? [])
        .map(({ rtmp, control }, index) => {
          const [pull, ask] = [`rtmp://127.0.0.1:${rtmp.port}/live`, `http://127.0.0.1:${control.port}`];
          return `${ingestName(index + 1)}=${pull}|${ask}`;
        })
        .join(","),
    async close() {
      for (const route of [...routes.values()].flat()) await route.close();
    },
  };
}
