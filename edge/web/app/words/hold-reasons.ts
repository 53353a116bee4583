// Why AutoMod holds a message, in words.

import type { HoldReason } from "#schema/api/auto-mod.ts";
import type { AutoModKind } from "#schema/wire/moderation/auto-mod.ts";

/** What AutoMod looks for. */
export const kindWords: Record<AutoModKind, string> = {
  hate: "Hate",
  sexual: "Sexual words",
  insult: "Insults",
  profanity: "Swear words",
  links: "Links",
  spam: "Spam",
  lookalikes: "Look-alike letters",
  zalgo: "Stacked marks",
  repetition: "Repetition",
  symbols: "Walls of signs",
  emotes: "Walls of emotes",
  caps: "Capitals",
};

/** Why a message is held. */
export function holdWords({ code, category, level }: HoldReason): string {
  if (code === "suspicious") return "Suspicious person";
  if (!category) return "AutoMod";
  return level ? `${kindWords[category]} · level ${level}` : kindWords[category];
}
