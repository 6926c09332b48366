// A link to a piece that was saved and that no tab shows.

import { make } from "./frame.js";

const STAYS = 15000; // milliseconds
const MOST = 3;

export class Offer {
  #silence;

  constructor(frame) {
    this.list = make("ul");
    const close = make("button", { type: "button", class: "quiet", "aria-label": "Dismiss" }, "×");
    this.box = make("div", { class: "offer", role: "status", hidden: true }, this.list, close);
    frame.stack.append(this.box);
    close.addEventListener("click", () => this.hide());
    // Who is about to follow it is not hurried.
    for (const kind of ["pointerenter", "focusin"]) this.box.addEventListener(kind, () => clearTimeout(this.#silence));
    for (const kind of ["pointerleave", "focusout"]) this.box.addEventListener(kind, () => this.#wait());
  }

  /** Offer these pieces, `{ title, url }`. */
  show(pieces) {
    this.list.replaceChildren(
      ...pieces.slice(0, MOST).map(({ title, url }) => make("li", {}, "Saved: ", make("a", { href: url }, title || url))),
    );
    if (pieces.length > MOST) this.list.append(make("li", { class: "more" }, `and ${pieces.length - MOST} more`));
    this.box.hidden = false;
    this.#wait();
  }

  hide() {
    clearTimeout(this.#silence);
    this.box.hidden = true;
  }

  #wait() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.hide(), STAYS);
  }
}
