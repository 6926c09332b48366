// What is wrong with the archive, over the last page that could be made: all of it, and gone when it is mended.

import { make, opening, plural, remember, remembered, written } from "./frame.js";

const AROUND = 160; // characters of a long line that are shown on either side of the marked ones

/** The line of the source, with the characters that are meant marked: whatever stands before them, tabs too. */
export function excerpt({ excerpt: line, line: number, column, length }) {
  if (!line?.trim() || !number) return "";
  const signs = [...line.replace(/\s+$/u, "")];
  const start = column ? Math.min(column - 1, signs.length) : 0;
  const end = column ? Math.min(start + Math.max(length || 0, 1), Math.max(signs.length, start)) : 0;
  const from = start > AROUND * 2 ? start - AROUND : 0;
  const to = Math.min(signs.length, Math.max(end, start) + AROUND);
  const words = (a, b) => signs.slice(a, b).join("");
  const code = make("code", {}, from ? "…" : "", words(from, start));
  if (column) code.append(make("mark", {}, words(start, Math.min(end, to)) || "\u00a0"));
  code.append(words(column ? Math.min(end, to) : start, to), to < signs.length ? "…" : "");
  return make("pre", {}, make("span", { class: "line" }, String(number)), code);
}

/** One finding as an item of a list. */
export function item(finding) {
  const { severity, code, message, path, line, column, hint, editor } = finding;
  const place = path + (line ? `:${line}` : "") + (line && column ? `:${column}` : "");
  return make(
    "li",
    { class: `finding ${severity === "warning" ? "warns" : ""}` },
    make("p", { class: "where" }, place ? opening(editor, place) : "", make("span", { class: "code" }, `${severity} · ${code}`)),
    make("p", { class: "message" }, written(message)),
    excerpt(finding),
    hint ? make("p", { class: "hint" }, make("b", {}, "Hint"), " ", written(hint)) : "",
  );
}

export class Overlay {
  #frame;
  #told = "[]";

  constructor(frame) {
    this.#frame = frame;
    this.title = make("h2", { id: "errors" });
    this.list = make("ol", { class: "findings" });
    this.scroller = make("div", { class: "scroller", tabindex: "0", role: "group", "aria-labelledby": "errors" }, this.list);
    this.button = make("button", { type: "button", class: "quiet", title: "Escape folds too" }, "Fold");
    this.about = make("p", { class: "about" });
    const head = make("header", {}, this.title, this.about, this.button);
    this.section = make("section", { class: "overlay", "aria-labelledby": "errors", hidden: true }, head, this.scroller);
    this.pill = make("button", { type: "button", class: "pill errors", hidden: true, "aria-expanded": "false" });
    frame.region.append(this.section);
    frame.stack.append(this.pill);
    this.button.addEventListener("click", () => this.fold(true));
    this.pill.addEventListener("click", () => this.fold(false));
  }

  get isOpen() {
    return !this.section.hidden;
  }

  /** Show these findings, and how many there are in all. */
  show(findings, count) {
    const isGood = document.body.textContent.trim() !== "";
    this.about.textContent = isGood ? "The page shows the last state that could be made." : "The page cannot be made yet.";
    const total = Math.max(count, findings.length);
    const now = JSON.stringify([findings, total]);
    if (now === this.#told) return;
    const had = this.list.children.length;
    this.#told = now;
    this.list.replaceChildren(...findings.map(item));
    if (total > findings.length) {
      const more = `… and ${total - findings.length} more. The terminal tells of all.`;
      this.list.append(make("li", { class: "more" }, more));
    }
    this.title.textContent = this.pill.textContent = plural(total, "error");
    if (!findings.length) {
      remember("folded", "");
      if (had) this.#frame.say("Mended: no errors are left.");
      this.section.hidden = this.pill.hidden = true;
      this.#frame.host.removeAttribute("overlay");
      return;
    }
    this.#frame.say(plural(total, "error"));
    this.#set(remembered("folded") === "yes");
  }

  fold(isFolded) {
    const hadFocus = this.section.contains(this.section.getRootNode().activeElement);
    remember("folded", isFolded ? "yes" : "");
    this.#set(isFolded);
    if (isFolded && hadFocus) this.pill.focus();
    else if (!isFolded) this.scroller.focus();
  }

  #set(isFolded) {
    this.section.hidden = isFolded;
    this.pill.hidden = !isFolded;
    this.#frame.host.toggleAttribute("overlay", !isFolded);
  }
}
