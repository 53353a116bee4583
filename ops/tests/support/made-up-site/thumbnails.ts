// Pictures of what the made-up channels show: a drawing of sky, sun and hills in colours of the name, and always the same.

/** The hues of one drawing, by the name. */
const hueOf = (login: string) => [...login].reduce((sum, letter) => (sum * 131 + letter.charCodeAt(0) * 17) % 360, 7);

/** An SVG of 16 : 9, whatever the address calls it: an `<img>` goes by the type of the answer. */
export function thumbnail(login: string): Response {
  const hue = hueOf(login);
  const colour = (turn: number, light: number) => `hsl(${(hue + turn) % 360} 60% ${light}%)`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" width="1280" height="720">
<linearGradient id="sky" x2="0" y2="1"><stop stop-color="${colour(0, 30)}"/><stop offset="1" stop-color="${colour(40, 62)}"/></linearGradient>
<rect width="1280" height="720" fill="url(#sky)"/><circle cx="${300 + (hue % 7) * 110}" cy="300" r="110" fill="${colour(60, 80)}"/>
<path d="M0 520Q240 380 520 500T1280 420V720H0z" fill="${colour(20, 38)}"/>
<path d="M0 620Q380 500 700 600T1280 560V720H0z" fill="${colour(10, 22)}"/></svg>`;
  return new Response(svg, { headers: { "content-type": "image/svg+xml" } });
}
