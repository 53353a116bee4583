// The XML of S3: elements with text, no more. What else XML can do is refused: declarations of types, entities of one's own, comments.

import { S3Error } from "./s3-error.ts";

const DEPTH_MAX = 8;
/** More than ten thousand parts with their digests have. */
const LENGTH_MAX = 8 * 1024 * 1024;
const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

export interface XmlElement {
  name: string;
  /** Without that of its elements. */
  text: string;
  elements: XmlElement[];
}

/** Controls become references, as S3 writes them, although XML 1.0 forbids them. */
export const escapeXml = (text: string) =>
  text.replace(/[&<>"'\u0000-\u001f\u007f-\u009f]/g, (c) => `&#${c.charCodeAt(0)};`);

/** `<Name>text</Name>`, escaped. */
export const leaf = (name: string, text: string | number | boolean) => `<${name}>${escapeXml(String(text))}</${name}>`;

/** Texts of the elements of a name. */
export const textsOf = ({ elements }: XmlElement, name: string): string[] =>
  elements.filter((element) => element.name === name).map(({ text }) => text);

export const textOf = (element: XmlElement, name: string): string | undefined => textsOf(element, name)[0];

/** The outermost element. Attributes are skipped, prefixes of names too. Throws S3Error MalformedXML. */
export function parseXml(text: string): XmlElement {
  if (text.length > LENGTH_MAX) throw new S3Error("MalformedXML", "the document is too long");
  const top: XmlElement = { name: "", text: "", elements: [] };
  const open = [top];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const inside = open.at(-1)!;
    if (text[at] !== "<") {
      const end = text.indexOf("<", at);
      const words = text.slice(at, end < 0 ? text.length : end);
      if (inside !== top) inside.text += withoutReferences(words);
      else if (words.trim() !== "") throw new S3Error("MalformedXML", "text outside of all elements");
      at += words.length;
      continue;
    }
    const end = text.indexOf(">", at);
    if (end < 0) throw new S3Error("MalformedXML", "a tag does not end");
    const tag = text.slice(at + 1, end);
    at = end + 1;
    if (tag.startsWith("?")) continue;
    if (tag.startsWith("/")) {
      if (inside === top || inside.name !== nameOf(tag.slice(1))) throw new S3Error("MalformedXML", "tags cross");
      open.pop();
      continue;
    }
    if (open.length > DEPTH_MAX) throw new S3Error("MalformedXML", "elements are too deep");
    const element: XmlElement = { name: nameOf(tag.replace(/\/$/, "")), text: "", elements: [] };
    inside.elements.push(element);
    if (!tag.endsWith("/")) open.push(element);
  }
  if (open.length > 1 || top.elements.length !== 1) throw new S3Error("MalformedXML", "not one whole element");
  return top.elements[0]!;
}

function nameOf(tag: string): string {
  const [, name] = /^(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)(?:\s|$)/.exec(tag) ?? [];
  if (name === undefined) throw new S3Error("MalformedXML", "not the name of an element");
  return name;
}

function withoutReferences(text: string): string {
  return text.replace(/&([^;&]{0,12})(;?)/g, (_, word: string, end: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(word) ?? [];
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
    const character = code === undefined ? NAMED[word] : code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
    if (!end || character === undefined) throw new S3Error("MalformedXML", "not a reference of XML");
    return character;
  });
}
