// Menus and tabs.

import { signal } from "@preact/signals";
import { MoreIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuEntry } from "../ui/menu-entries.ts";
import { GearIcon } from "../ui/player-icons.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { FlagIcon } from "../ui/tool-icons.tsx";
import { State } from "./state.tsx";

const chosen = signal("Auto");
const statistics = signal(false);
/** What was chosen last, for tests. */
const acted = signal("nothing");

const act = (word: string) => () => {
  acted.value = word;
};

const choice = (word: string, note?: string, whyNot?: string): MenuEntry => ({
  kind: "choice",
  word,
  note,
  whyNot,
  isOn: chosen.value === word,
  act() {
    chosen.value = word;
  },
});

export const MenuStates = () => (
  <>
    <State name="menu of actions">
      <div class="row">
        <MenuButton
          label="Message of quickfox"
          look="icon-button"
          groups={[
            {
              title: null,
              entries: [
                { kind: "act", word: "Ban quickfox…", act: act("ban"), isHarm: true },
                { kind: "act", word: "Reply", act: act("reply") },
                { kind: "act", word: "Report this message", act: act("report"), icon: FlagIcon },
                { kind: "link", word: "Channel of quickfox", href: "#quickfox" },
              ],
            },
          ]}
        >
          <MoreIcon />
        </MenuButton>
        <p>
          Chosen last: <output>{acted}</output>
        </p>
      </div>
    </State>
    <State name="menu of choices">
      <MenuButton
        label={`Quality: ${chosen.value}`}
        menuLabel="Quality"
        look="button"
        head={
          <p class="menu-head">
            <strong>A head</strong>
            <span class="muted">above the entries</span>
          </p>
        }
        groups={[
          {
            title: "Quality",
            entries: [
              choice("Auto", "720p60"),
              choice("1080p60", "source"),
              choice("720p60"),
              choice("Real time", "0.3 s", "Not with this browser"),
            ],
          },
          {
            title: null,
            entries: [
              {
                kind: "check",
                word: "Statistics",
                isOn: statistics.value,
                act() {
                  statistics.value = !statistics.value;
                },
              },
            ],
          },
        ]}
      >
        <GearIcon />
        {chosen.value}
      </MenuButton>
    </State>
    <State name="tabs">
      <Tabs
        label="A channel"
        current="#videos"
        tabs={[
          { href: "#about", word: "About" },
          { href: "#videos", word: "Videos", count: 1_204 },
          { href: "#clips", word: "Clips", count: 0 },
          { href: "#schedule", word: "Schedule of the next weeks" },
          { href: "#team", word: "Team" },
        ]}
      />
    </State>
  </>
);
