// Chips after links to pieces that readers do not have yet, and at the title of such a piece.

import { make } from "./frame.js";

const STYLE = `
:host { all: initial !important; display: inline-block !important; vertical-align: middle !important; margin-inline-start: 0.4em !important; line-height: 1 !important; user-select: none !important; }
span { display: inline-block; padding: 0.25em 0.55em; border-radius: 1em; border: 1px solid #b98a1f; background: #fff3cf; color: #5c4300; font: 600 11px/1.1 system-ui, "Segoe UI", Roboto, sans-serif; letter-spacing: 0.01em; white-space: nowrap; }
span.withdrawn, span.expired { border-color: #9a97a3; background: #eeecf2; color: #45424f; }
@media (prefers-color-scheme: dark) {
  span { border-color: #8a6a1c; background: #3a2f10; color: #f6dc95; }
  span.withdrawn, span.expired { border-color: #6b6875; background: #2b2a31; color: #cfccd8; }
}
@media print { :host { display: none !important; } }
`;
const KINDS = new Set(["draft", "future", "expired", "withdrawn"]);

let sheet;

function chip({ badge, until }) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  const host = make("span", { class: "sitegen-badge", "data-badge": badge, lang: "en", dir: "ltr" });
  const root = host.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [sheet];
  const words = badge === "future" && until ? `from ${until}` : until && badge === "expired" ? `until ${until}` : badge;
  root.append(make("span", { class: KINDS.has(badge) ? badge : "", title: words }, badge));
  return host;
}

/** Put a chip where one belongs, and take away those that no longer do. */
export function label(pieces) {
  const known = new Map(pieces.map((piece) => [new URL(piece.url, location.href).pathname, piece]));
  const wanted = new Map(); // element: [its piece, whether the chip stands inside]
  const here = known.get(location.pathname);
  const title = document.querySelector("main h1");
  if (here && title) wanted.set(title, [here, true]);
  for (const link of document.body.querySelectorAll("a[href]")) {
    const piece = known.get(link.pathname);
    const isWords = link instanceof HTMLAnchorElement && link.textContent.trim();
    if (!piece || piece === here || !isWords || link.origin !== location.origin) continue;
    // A chip beside a cell of a grid would be another cell.
    const isCell = /flex|grid/.test(getComputedStyle(link.parentElement).display);
    wanted.set(link, [piece, isCell]);
  }
  const has = new Set();
  for (const old of document.querySelectorAll(".sitegen-badge")) {
    const owner = wanted.has(old.parentElement) ? old.parentElement : old.previousElementSibling;
    const piece = wanted.get(owner)?.[0];
    if (piece?.badge === old.dataset.badge && !has.has(owner)) has.add(owner);
    else old.remove();
  }
  for (const [element, [piece, isInside]] of wanted) {
    if (has.has(element)) continue;
    if (isInside) element.append(chip(piece));
    else element.after(chip(piece));
  }
}
