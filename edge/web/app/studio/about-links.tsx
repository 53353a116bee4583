// The links of a channel's page, as rows of a form: up to ten.

import { type Signal, signal, useSignal } from "@preact/signals";
import type { AboutView } from "#schema/api/channel-about.ts";
import { LINK_NAME_LENGTH_MAX, LINK_URL_LENGTH_MAX, LINKS_MAX } from "#schema/wire/channel-about.ts";
import { PlusIcon } from "../ui/desk-icons.tsx";
import { Field } from "../ui/field.tsx";
import { CloseIcon } from "../ui/icons.tsx";
import { words } from "../words/studio.ts";

interface TypedLink {
  /** Of the row, for as long as the page is open. */
  key: number;
  name: Signal<string>;
  url: Signal<string>;
}

interface AboutLinksProps {
  links: TypedLinks;
  /** Errors by the name of the field: `links.0.name`. */
  fields: Record<string, string>;
  onRemoved(): void;
}

export const AboutLinks = ({ links, fields, onRemoved }: AboutLinksProps) => (
  <fieldset class="links">
    <legend>{words.links}</legend>
    {links.rows.value.map((link, place) => (
      <LinkRow
        key={link.key}
        link={link}
        place={place}
        fields={fields}
        onRemove={() => {
          links.remove(link);
          onRemoved();
        }}
      />
    ))}
    {links.rows.value.length < LINKS_MAX ? (
      <button type="button" class="button" onClick={links.add}>
        <PlusIcon />
        {words.addLink}
      </button>
    ) : null}
  </fieldset>
);

interface LinkRowProps {
  link: TypedLink;
  place: number;
  fields: Record<string, string>;
  onRemove(): void;
}

const LinkRow = ({ link, place, fields, onRemove }: LinkRowProps) => (
  <div class="link-row">
    <Field
      name={`links.${place}.name`}
      label={words.linkName(place + 1)}
      value={link.name}
      error={fields[`links.${place}.name`]}
      autocomplete="off"
      maxLength={LINK_NAME_LENGTH_MAX}
      dir="auto"
    />
    <Field
      name={`links.${place}.url`}
      label={words.linkUrl(place + 1)}
      value={link.url}
      error={fields[`links.${place}.url`]}
      autocomplete="off"
      maxLength={LINK_URL_LENGTH_MAX}
    />
    <button
      type="button"
      class="icon-button"
      title={words.removeLink(place + 1)}
      aria-label={words.removeLink(place + 1)}
      onClick={onRemove}
    >
      <CloseIcon />
    </button>
  </div>
);

type TypedLinks = ReturnType<typeof useLinks>;

/** The rows of links. A row without name and address is none. */
export function useLinks(first: AboutView["links"]) {
  const next = useSignal(first.length);
  const rows = useSignal<readonly TypedLink[]>(first.map(({ name, url }, key) => typed(key, name, url)));
  const filled = () =>
    rows.value
      .map(({ name, url }) => ({ name: name.value.trim(), url: url.value.trim() }))
      .filter(({ name, url }) => name !== "" || url !== "");
  return {
    rows,
    filled,
    add() {
      rows.value = [...rows.value, typed(next.value++, "", "https://")];
    },
    remove(link: TypedLink) {
      rows.value = rows.value.filter((one) => one !== link);
    },
    errors: () =>
      Object.fromEntries(
        filled().flatMap(({ name, url }, place) => [
          [`links.${place}.name`, name === "" ? words.linkNameWrong : null],
          [`links.${place}.url`, /^https:\/\/[^\s/]+/i.test(url) ? null : words.linkUrlWrong],
        ]),
      ) as Record<string, string | null>,
  };
}

const typed = (key: number, name: string, url: string): TypedLink => ({ key, name: signal(name), url: signal(url) });
