// The card about a person.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { PersonCard, type PersonFacts } from "../ui/person-card.tsx";
import { FlagIcon } from "../ui/tool-icons.tsx";
import { State } from "./state.tsx";

const NAME = "مرحبا tidewalker";
const KNOWN: PersonFacts = {
  login: "tidewalker",
  displayName: NAME,
  pictureUrl: null,
  createdAt: "2024-03-03T12:00:00Z",
  followedAt: "2025-08-01T12:00:00Z",
  roles: ["Moderator", "VIP"],
};
const nothing = () => {};

export const PersonStates = () => (
  <>
    <OnePerson name="person card of a moderator" facts={KNOWN} isModerator />
    <OnePerson name="person card that loads" facts={null} />
    <OnePerson name="person card that failed" facts="The server does not answer." />
  </>
);

interface OnePersonProps {
  name: string;
  facts: PersonFacts | string | null;
  isModerator?: boolean;
}

function OnePerson({ name, facts, isModerator = false }: OnePersonProps) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <State name={name}>
      <div>
        <button
          ref={button}
          type="button"
          class="link"
          aria-haspopup="dialog"
          aria-expanded="false"
          aria-label={`${NAME}: ${name}`}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {NAME}
        </button>
        {open.value && button.current ? (
          <PersonCard
            opener={button.current}
            name={NAME}
            facts={facts}
            acts={[
              { word: "Reply", act: nothing },
              { word: "Block", act: nothing },
              { word: "Report", act: nothing, icon: FlagIcon },
            ]}
            moderatorActs={
              isModerator
                ? [
                    { word: "Time out", act: nothing },
                    { word: "Ban…", act: nothing },
                  ]
                : []
            }
            onClose={() => {
              open.value = false;
            }}
          />
        ) : null}
      </div>
    </State>
  );
}
