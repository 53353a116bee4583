// The style sheet of the documentation page.

export const DOCS_STYLE = `
:root { color-scheme: dark light; --ground: #0d1014; --text: #e6ebf0; --dim: #93a1ae; --line: #232b34; --mark: #3ddbb4; }
@media (prefers-color-scheme: light) { :root { --ground: #fff; --text: #16202a; --dim: #5a6975; --line: #dbe2e8; --mark: #0b7a62; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 6rem; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--mark); } h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; } h3 { font-size: .9rem; color: var(--dim); margin: 1rem 0 .3rem; }
nav a { margin-right: .8rem; } details { border-top: 1px solid var(--line); padding: .45rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { color: var(--dim); } summary:focus-visible { outline: 2px solid var(--mark); }
b.lead { color: inherit; } b:not(.lead) { display: inline-block; min-width: 4.2rem; color: var(--mark); } b.delete { color: #e0655f; } b.get { color: #5aa9e6; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { overflow: auto; padding: .7rem; border: 1px solid var(--line); border-radius: 6px; max-height: 28rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; vertical-align: top; width: 8rem; font-weight: 600; } td, th { padding: .25rem .5rem .25rem 0; }
`;
