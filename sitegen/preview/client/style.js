// How the preview's own corner of the window looks: apart from the page, and quieter than it.

export const STYLE = `
:host {
  all: initial !important;
  --paper: #ffffff; --raised: #f3f4f6; --ink: #1d2127; --quiet: #59616e; --line: #d9dce2; --accent: #1f5fbf;
  --error: #b3261e; --error-paper: #fdecea; --warning: #7a5300; --mark: #ffd9d4; --shadow: 0 0.5rem 2rem rgb(16 24 40 / 20%), 0 0 0 1px rgb(16 24 40 / 8%);
  --warning-mark: #fdeec6; --high: min(26rem, 45vh);
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :host {
    --paper: #1e2127; --raised: #292d35; --ink: #e8eaee; --quiet: #a9b0bc; --line: #3a3f49; --accent: #8ab8ff;
    --error: #ff9a91; --error-paper: #3b2120; --warning: #f0c36a; --warning-mark: #4d3d12; --mark: #6d2b27; --shadow: 0 0.5rem 2rem rgb(0 0 0 / 55%), 0 0 0 1px rgb(255 255 255 / 12%);
  }
}
@media print { :host { display: none !important; } }

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.region { font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif; color: var(--ink); text-align: start; }
h2, h3, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; font: inherit; }
ul, ol { list-style: none; }
a { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.18em; overflow-wrap: anywhere; }
a:hover { text-decoration-thickness: 2px; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h2:focus-visible { outline: 0; }
code, pre, .place { font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
.said { position: fixed; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.stack, .corner, .overlay, .panel { position: fixed; z-index: 2147483000; }
.stack { inset-block-end: calc(var(--lift, 0px) + 0.75rem); inset-inline-start: 0.75rem; max-inline-size: calc(100vw - 5rem); display: flex; flex-direction: column; align-items: flex-start; gap: 0.5rem; pointer-events: none; }
.stack > * { pointer-events: auto; }
.pill { padding: 0.35rem 0.8rem; border-radius: 2rem; background: var(--paper); box-shadow: var(--shadow); font-weight: 600; }
.pill:empty { display: none; }
.pill.errors { color: var(--error); }
.pill.errors::before { content: ""; display: inline-block; inline-size: 0.55rem; block-size: 0.55rem; margin-inline-end: 0.5rem; border-radius: 50%; background: currentcolor; }
.pill.away { color: var(--quiet); font-weight: 400; }
.offer { display: flex; gap: 0.75rem; align-items: flex-start; padding: 0.6rem 0.6rem 0.6rem 0.9rem; border-radius: 0.6rem; background: var(--paper); box-shadow: var(--shadow); }
.offer li + li { margin-block-start: 0.25rem; }
.offer a { font-weight: 600; }
.more { color: var(--quiet); }

.corner { inset-block-end: calc(var(--lift, 0px) + 0.75rem); inset-inline-end: 0.75rem; }
.knob { display: grid; place-items: center; inline-size: 2.25rem; block-size: 2.25rem; border-radius: 50%; background: var(--paper); color: var(--quiet); box-shadow: var(--shadow); font: 600 1rem/1 Georgia, serif; }
.knob:hover, .knob[aria-expanded="true"] { color: var(--accent); }

.quiet { flex: none; min-inline-size: 1.75rem; min-block-size: 1.75rem; padding-inline: 0.5rem; border-radius: 0.4rem; color: var(--quiet); }
.quiet:hover { background: var(--raised); color: var(--ink); }
header { display: flex; align-items: baseline; gap: 0.75rem; padding: 0.6rem 0.6rem 0.5rem 1rem; border-block-end: 1px solid var(--line); }
header > h2 { flex: none; font-weight: 650; font-size: 1rem; }
header > .about { flex: 1; color: var(--quiet); }
header > button { margin-inline-start: auto; }
.scroller { overflow-y: auto; overscroll-behavior: contain; }
.scroller:focus-visible { outline-offset: -2px; }

.overlay { inset-block-end: 0; inset-inline: 0; max-block-size: var(--high); inline-size: min(100%, 60rem); margin-inline: auto; display: flex; flex-direction: column; border-radius: 0.75rem 0.75rem 0 0; background: var(--paper); box-shadow: var(--shadow); border-block-start: 3px solid var(--error); }
.overlay h2 { color: var(--error); }
.finding { padding: 0.75rem 1rem; overflow-wrap: anywhere; }
.finding + .finding, .findings .more { border-block-start: 1px solid var(--line); }
.findings .more { padding: 0.75rem 1rem; }
.where { display: flex; flex-wrap: wrap; gap: 0.1rem 0.75rem; align-items: baseline; justify-content: space-between; }
.code { color: var(--quiet); font-size: 0.86em; }
.message { margin-block-start: 0.15rem; font-size: 1.07em; font-weight: 600; }
.warns .message { color: var(--warning); }
pre { display: flex; gap: 0.75rem; margin-block-start: 0.4rem; padding: 0.45rem 0.7rem; border-radius: 0.4rem; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
pre code { font-size: inherit; min-inline-size: 0; unicode-bidi: plaintext; }
pre .line { flex: none; color: var(--quiet); user-select: none; }
mark { padding-block: 0.1em; border-block-end: 2px solid var(--error); border-radius: 2px 2px 0 0; background: var(--mark); color: inherit; }
.warns mark { border-color: var(--warning); background: var(--warning-mark); }
.hint { margin-block-start: 0.4rem; }
.hint b { font-weight: 600; color: var(--quiet); }

.panel { inset-block: 0; right: 0; inline-size: 19rem; max-inline-size: 100%; display: flex; flex-direction: column; background: var(--paper); box-shadow: var(--shadow); }
.panel .subject { padding: 0.9rem 1rem; }
.panel .title { font-size: 1.1rem; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
.panel .kind { margin-block-start: 0.35rem; color: var(--quiet); }
.part { padding: 0.9rem 1rem; border-block-start: 1px solid var(--line); overflow-wrap: anywhere; }
.part h3 { margin-block-end: 0.4rem; color: var(--quiet); font-size: 0.86em; font-weight: 600; }
.part .finding { padding: 0.5rem 0; }
.part li + li { margin-block-start: 0.35rem; }
.part ol:not(.findings) { list-style: decimal; padding-inline-start: 1.5rem; }
.part ol > li::marker { color: var(--quiet); }
dl { display: grid; grid-template-columns: minmax(5.5rem, auto) 1fr; gap: 0.3rem 0.9rem; }
dt { color: var(--quiet); }
.origin { display: block; color: var(--quiet); font-size: 0.9em; }
.badge { display: inline-block; margin-inline-end: 0.5rem; padding: 0.1em 0.6em; border: 1px solid; border-radius: 1em; color: var(--warning); font-size: 0.75rem; font-weight: 600; vertical-align: 0.1em; }
:host([panel]) .corner { display: none; }

:host([overlay]) .stack { inset-block-end: calc(var(--high) + 0.75rem); }

@media (max-width: 68rem) {
  :host([overlay]) .corner { inset-block-end: calc(var(--high) + 0.75rem); }
}
@media (min-width: 60rem) {
  :host([panel]) .overlay { inset-inline-end: 19rem; inline-size: min(100% - 19rem, 60rem); }
}
@media (max-width: 47.99rem) {
  .panel { inset-block: auto 0; inset-inline: 0; inline-size: 100%; max-block-size: 45vh; border-radius: 0.75rem 0.75rem 0 0; border-block-start: 3px solid var(--line); }
  :host([panel]) .stack { inset-block-end: calc(45vh + 0.75rem); }
  .overlay { z-index: 2147483001; }
  header > .about { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  .overlay:not([hidden]), .offer:not([hidden]) { animation: rise 0.16s ease-out; }
  @keyframes rise { from { transform: translateY(0.75rem); opacity: 0; } }
}
@media (forced-colors: active) {
  .overlay, .panel, .pill, .knob, .offer { border: 1px solid; }
  mark { outline: 1px solid; }
}
`;
