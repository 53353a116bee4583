// AutoMod of a room (`/api/v1/channels/:channel/chat/automod`): which lines wait for a moderator, and for how long.

import { type Static, t } from "elysia";
import {
  AUTO_MOD_KINDS,
  AUTO_MOD_LEVELS,
  type AutoModKind,
  type AutoModLevel,
  LIST_LANGUAGES,
} from "../wire/moderation/auto-mod.ts";
import { ALLOWED_HOSTS_MAX, HOLD_MAX_MS, HOLD_MIN_MS } from "../wire/moderation/hold-limits.ts";
import { strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, described, oneOf, orNull, text, wholeNumber, word } from "./shapes.ts";

const forModerators = { access: "moderator", scope: "moderation" } as const;

const byKind = <Schema>(schema: (kind: AutoModKind) => Schema) =>
  Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, schema(kind)])) as Record<AutoModKind, Schema>;

const level = t.Unsafe<AutoModLevel>({ type: "integer", enum: [...AUTO_MOD_LEVELS] });

export const autoModAnswer = answer("AutoMod", {
  /** By what is looked for, from 0 (off) to 4 (strictest): four kinds of words, then shapes of lines. */
  levels: t.Object(
    byKind(() => level),
    { additionalProperties: false },
  ),
  /** Whose lists of words are used. Null: all. */
  languages: orNull(t.Array(oneOf(...LIST_LANGUAGES))),
  /** Links to these hosts and their subdomains are none, also where links are off. */
  allowedHosts: t.Array(text),
  /** Lines of people who are marked as suspicious are held. */
  holdSuspicious: bool,
  /** A line that nobody decides upon in this time is denied. */
  holdMs: count,
});
export type AutoModView = Static<typeof autoModAnswer>;

export const readAutoMod = route("GET /api/v1/channels/:channel/chat/automod", {
  ...forModerators,
  limit: "read",
  answers: { 200: autoModAnswer },
  summary: "What AutoMod holds",
});

const levelField = t.Optional(
  t.Union(
    AUTO_MOD_LEVELS.map((one: AutoModLevel) => t.Literal(one)),
    { description: "a level from 0 to 4" },
  ),
);

export const changeAutoMod = route("PATCH /api/v1/channels/:channel/chat/automod", {
  ...forModerators,
  limit: "write",
  body: t.Object(
    {
      levels: t.Optional(
        t.Object(
          byKind(() => levelField),
          { ...strict, description: "levels by kind" },
        ),
      ),
      languages: t.Optional(
        orNull(
          t.Array(word(LIST_LANGUAGES, `one of ${LIST_LANGUAGES.join(", ")}`), {
            maxItems: LIST_LANGUAGES.length,
            uniqueItems: true,
            description: "languages, each once",
          }),
        ),
      ),
      allowedHosts: t.Optional(
        t.Array(t.String({ maxLength: 300, description: "a host such as example.com" }), {
          maxItems: ALLOWED_HOSTS_MAX,
          description: `at most ${ALLOWED_HOSTS_MAX} hosts`,
        }),
      ),
      holdSuspicious: t.Optional(t.Boolean({ description: "true or false" })),
      holdMs: t.Optional(
        wholeNumber({
          minimum: HOLD_MIN_MS,
          maximum: HOLD_MAX_MS,
          description: "a whole number of milliseconds, from 30 seconds to an hour",
        }),
      ),
    },
    strict,
  ),
  answers: { 200: autoModAnswer },
  summary: "Change what AutoMod holds; what is left out stays",
});

/** Fields that change. */
export type AutoModChange = Static<(typeof changeAutoMod)["body"]>;

export const autoModChange = t.Partial(
  t.Object({ ...autoModAnswer.properties, levels: t.Partial(autoModAnswer.properties.levels) }),
);

/** Why a line waits for a moderator. */
export const holdReason = answer("HoldReason", {
  code: oneOf("automod", "suspicious"),
  /** With `automod`: what names the hold. */
  category: t.Optional(oneOf(...AUTO_MOD_KINDS)),
  /** With `automod`: the room's level of it when the line was held. */
  level: t.Optional(level),
  marks: described(
    t.Array(t.Object({ from: count, to: count }, { additionalProperties: false })),
    "parts of the body that were found: code points, `to` exclusive",
  ),
});
export type HoldReason = Static<typeof holdReason>;
