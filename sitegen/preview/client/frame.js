// The corner of the window that belongs to the preview: one element beside the page's own body, whose inside neither
// the page's style sheets nor its scripts reach.

import { STYLE } from "./style.js";

/** Make an element. Children that are strings are text, whatever they hold. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== "" && child !== null && child !== undefined));
  return element;
}

/** A link that opens a place of a source in the editor, or its words alone where no editor is configured. */
export function opening(editor, ...words) {
  const isSafe = editor && !/^\s*(javascript|data|vbscript):/i.test(editor);
  return isSafe ? make("a", { class: "place", href: editor }, ...words) : make("span", { class: "place" }, ...words);
}

/** Words of the program, in which names stand between grave accents. */
export const written = (words) =>
  words.split(/`([^`]+)`/).map((part, place) => (place % 2 ? make("code", {}, part) : part));

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Remember a choice of this tab. */
export const remember = (name, value) => sessionStorage.setItem(`sitegen-preview-${name}`, value);
export const remembered = (name) => sessionStorage.getItem(`sitegen-preview-${name}`);

export class Frame {
  constructor() {
    this.host = make("sitegen-preview", { lang: "en", dir: "ltr" });
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.stack = make("div", { class: "stack" });
    this.corner = make("div", { class: "corner" });
    this.said = make("p", { class: "said", role: "status" });
    this.region = make("section", { class: "region", "aria-label": "Live preview" }, this.said, this.stack, this.corner);
    root.append(this.region);
    document.documentElement.append(this.host);
    const later = () => requestAnimationFrame(() => this.rise());
    addEventListener("resize", later);
    addEventListener("popstate", later);
    document.addEventListener("click", later);
    this.rise();
  }

  /** Say something to who hears the page. */
  say(words) {
    this.said.textContent = words;
  }

  /** Stand above what the page itself keeps at the bottom of the window. */
  rise() {
    let lift = 0;
    for (const x of [innerWidth - 24, 24]) {
      for (let it = document.elementsFromPoint(x, innerHeight - 4).find((one) => one !== this.host); it; it = it.parentElement) {
        const { top, height } = it.getBoundingClientRect();
        if (getComputedStyle(it).position === "fixed" && height < innerHeight / 3) lift = Math.max(lift, innerHeight - top);
      }
    }
    this.host.style.setProperty("--lift", `${lift}px`);
  }
}
