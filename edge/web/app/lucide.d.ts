// One icon of Lucide by its file, as data: elements of an SVG with a box of 24 px. The package's own types are of its index, 2 MB.

declare module "lucide/dist/esm/icons/*.mjs" {
  const shapes: [tag: string, attributes: Record<string, string>][];
  export default shapes;
}
