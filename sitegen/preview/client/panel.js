// What an editor wants to know of the page in view: off at first, opened by a key or a button, and then remembered.

import { make, opening, plural, remember, remembered, written } from "./frame.js";
import { item } from "./overlay.js";

const KEYS = "Alt+Shift+E";
// A page that fills the window makes room, so that its text can be read beside the panel, or above it.
const ROOM = `@media screen {
  @media (min-width: 48rem) and (max-width: 79.99rem) { html { padding-right: 19rem !important; } }
  @media (max-width: 47.99rem) { html { padding-block-end: 45vh !important; scroll-padding-block-end: 45vh; } }
}`;

function part(title, ...content) {
  return make("div", { class: "part" }, make("h3", {}, title), ...content);
}

function list(items) {
  return make("ul", {}, items.map((children) => make("li", {}, ...children)));
}

export class Panel {
  #frame;
  #asked = 0;
  #room = new CSSStyleSheet();

  constructor(frame) {
    this.#frame = frame;
    this.#room.replaceSync(ROOM);
    this.button = make(
      "button",
      { type: "button", class: "knob", "aria-expanded": "false", "aria-controls": "panel", title: `Editor’s panel (${KEYS})`, "aria-label": "Editor’s panel" },
      make("span", { "aria-hidden": "true" }, "¶"),
    );
    this.title = make("h2", { id: "panel-title", tabindex: "-1" }, "Editor’s panel");
    this.close = make("button", { type: "button", class: "quiet", "aria-label": "Close the panel" }, "×");
    this.body = make("div", { class: "facts" });
    const head = make("header", {}, this.title, this.close);
    this.scroller = make("div", { class: "scroller", tabindex: "0", role: "group", "aria-labelledby": "panel-title" }, this.body);
    this.section = make("section", { id: "panel", class: "panel", "aria-labelledby": "panel-title", hidden: true }, head, this.scroller);
    frame.region.append(this.section);
    frame.corner.append(this.button);
    this.button.addEventListener("click", () => this.toggle());
    this.close.addEventListener("click", () => this.toggle(false));
    if (remembered("panel") === "yes") this.#set(true);
  }

  get isOpen() {
    return !this.section.hidden;
  }

  get hasFocus() {
    return this.section.contains(this.section.getRootNode().activeElement);
  }

  toggle(isOpen = !this.isOpen) {
    const hadFocus = this.hasFocus;
    remember("panel", isOpen ? "yes" : "");
    this.#set(isOpen);
    if (isOpen) this.title.focus({ preventScroll: true });
    else if (hadFocus) this.button.focus({ preventScroll: true });
  }

  #set(isOpen) {
    this.section.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    this.#frame.host.toggleAttribute("panel", isOpen);
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#room);
    document.adoptedStyleSheets = isOpen ? [...others, this.#room] : others;
    if (isOpen) this.refresh();
  }

  /** Ask the server again, where the panel is open. */
  async refresh() {
    if (!this.isOpen) return;
    const asked = ++this.#asked;
    try {
      const answer = await fetch(`/@sitegen/panel?path=${encodeURIComponent(location.pathname)}`);
      if (!answer.ok) return;
      const facts = await answer.json();
      if (asked === this.#asked) this.#show(facts);
    } catch {
      // The server is away, which is said elsewhere.
    }
  }

  #show(told) {
    const { title = "", path = "", editor = "", kind = "", badge = "", template = "" } = told;
    const { facts = [], arguments: points = [], links = [], findings = [], rendered = [], listings = [] } = told;
    const parts = [
      make(
        "div",
        { class: "subject" },
        make("p", { class: "title" }, title || location.pathname),
        path ? make("p", { class: "where" }, opening(editor, path)) : "",
        make("p", { class: "kind" }, badge ? make("span", { class: `badge ${badge}` }, badge) : "", [kind, template].filter(Boolean).join(" · ")),
      ),
    ];
    if (findings.length) parts.push(part(plural(findings.length, "finding"), make("ol", { class: "findings" }, findings.map(item))));
    if (links.length) {
      const broken = links.map(({ line, target }) => [make("code", {}, target), line ? ` in line ${line}` : ""]);
      parts.push(part(plural(links.length, "broken link"), list(broken)));
    }
    if (facts.length) {
      const rows = facts.flatMap(({ name, value, origin }) => [
        make("dt", {}, name),
        make("dd", {}, String(value), origin ? make("span", { class: "origin" }, written(origin)) : ""),
      ]);
      parts.push(part("Facts", make("dl", {}, ...rows)));
    }
    if (points.length) {
      const items = points.map((point) =>
        make(
          "li",
          { value: String(point.number) },
          make("a", { href: point.url }, point.claim || point.id),
          make("span", { class: "origin" }, [point.stance, point.id].filter(Boolean).join(" · "), " ", opening(point.editor, `line ${point.line}`)),
        ),
      );
      parts.push(part(plural(points.length, "argument"), make("ol", {}, items)));
    }
    if (rendered.length) parts.push(part("Rendered again, because", list(rendered.map(written))));
    if (listings.length) parts.push(part("Listed on", list(listings.map((url) => [make("a", { href: url }, url)]))));
    this.body.replaceChildren(...parts);
  }
}

/** Whether a key opens or closes the panel. */
export const isPanelKey = ({ code, altKey, shiftKey, ctrlKey, metaKey }) =>
  code === "KeyE" && altKey && shiftKey && !ctrlKey && !metaKey;
