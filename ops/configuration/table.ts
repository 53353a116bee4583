// The page of all settings, made of the code: ops/configuration.md.

import { KNOWN_PROVIDERS } from "#edge/identity/providers/built-in-providers.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import type { Environment } from "#runtime/config/reader.ts";
import { LADDER_WORDS } from "#transcoding/ladder/setting.ts";
import { recordSettings, type Setting } from "./recorder.ts";
import { sentences } from "./sentences.ts";

/** Settings whose sub-settings are read only when they are set. */
const SWITCHES: Environment = {
  S3_ENDPOINT: "https://s3.example",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
};

const READERS: Readonly<Record<string, (env: Environment) => unknown>> = {
  edge: (env) => readEdgeConfig(env, { knownProviders: KNOWN_PROVIDERS }),
  actor: (env) => readActorConfig(env, { ladders: LADDER_WORDS }),
};

export interface DescribedSetting extends Setting {
  processes: string[];
  /** Null: the code has no comment on it. */
  sentence: string | null;
}

/** Stands for the machine's temporary folder, which is no part of the page. */
const TEMPORARY = "/temporary-folder";

/** Each setting once, in the order in which the code reads them. */
export function settings(): DescribedSetting[] {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = TEMPORARY;
  try {
    return found();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

function found(): DescribedSetting[] {
  const said = sentences();
  const all = new Map<string, DescribedSetting>();
  for (const [process, read] of Object.entries(READERS)) {
    // Once without anything, for the defaults; once with the switches, for what stands behind them.
    const recorded = [...recordSettings(read, {}), ...recordSettings(read, SWITCHES)];
    for (const setting of recorded) {
      const known = all.get(setting.name);
      if (!known) all.set(setting.name, { ...setting, processes: [process], sentence: said.get(setting.name) ?? null });
      else if (!known.processes.includes(process)) known.processes.push(process);
    }
  }
  return [...all.values()];
}

const GROUPS: readonly (readonly [title: string, of: (processes: readonly string[]) => boolean])[] = [
  ["Every process", (processes) => processes.length === 2],
  ["Edges", (processes) => processes.length === 1 && processes[0] === "edge"],
  ["Actor nodes", (processes) => processes.length === 1 && processes[0] === "actor"],
];

export function settingsPage(): string {
  const all = settings();
  const tables = GROUPS.map(([title, of]) => {
    const rows = all.filter(({ processes }) => of(processes)).map(rowOf);
    return `## ${title}\n\n| setting | default | what it may be | what for |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Settings

Made from the code (\`runtime/config/\`) by \`bun ops/configuration/build.ts\`: change the comments there. Settings come from the environment; a wrong or missing one stops the process at its start, with a list of
all faults. \`npm start\` sets those without a default by itself, and passes on what its own environment has; \`ACTOR_2_LOG_LEVEL=debug\` is for one process. Limits: 0 = off. Sizes are bytes, times ms, where the name does
not say otherwise.

${tables.join("\n")}
## Sign-in by other sites

For each provider of \`OAUTH_PROVIDERS\`, with its name in capitals: \`OAUTH_<NAME>_CLIENT_ID\` and \`OAUTH_<NAME>_CLIENT_SECRET\`; for one that is not built in also \`OAUTH_<NAME>_ISSUER\` and \`OAUTH_<NAME>_LABEL\`.
\`NODE_ENV=production\` turns off what is for development alone, such as links of e-mails in the log.
`;
}

/** Some defaults are those of the machine. */
const defaultText = (fallback: string | null) =>
  fallback === null
    ? "**must be set**"
    : fallback === ""
      ? "–"
      : fallback === TEMPORARY
        ? "the system's temporary folder"
        : `\`${fallback}\``;

const rowOf = ({ name, fallback, values, sentence }: DescribedSetting) =>
  `| \`${name}\` | ${defaultText(fallback)} | ${values} | ${cell(sentence ?? "")} |`;

/** A pipe would end the cell. */
const cell = (text: string) => text.replaceAll("|", "\\|");
