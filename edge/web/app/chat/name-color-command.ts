// The command that changes the colour of one's name.

import { NAME_COLOR_PATTERN, NAME_COLORS } from "#schema/wire/name-colors.ts";
import { call } from "../session.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/commands.ts";
import type { Command } from "./command.ts";

const COLOR = new RegExp(`^(?:${NAME_COLOR_PATTERN})$`);

export const NAME_COLOR_COMMAND: Command = {
  ...{ name: "color", argument: words.colorArgument, help: words.color, roles: null },
  async run({ argument }) {
    const color = argument.toLowerCase();
    if (!COLOR.test(color)) return words.badColor(Object.keys(NAME_COLORS).join(", "));
    await call("/me", { method: "PATCH", body: { color } });
    showToast(words.colorIs);
    return null;
  },
};
