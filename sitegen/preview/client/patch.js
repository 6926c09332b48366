// The page as the server sent it last, and how it becomes the next: what differs between the two, and nothing else, is
// done to the living page, so everything that a reader or a script of the page did to it stays.

import { align, isSheet, standing } from "./align.js";

const PATIENCE = 3000; // milliseconds that a style sheet may take before the page goes on without it
const OPAQUE = new Set(["noscript", "template", "iframe"]); // whose inside is not that of the page
const SEEN = new Set(["src", "srcset", "class", "style", "hidden", "open"]); // attributes whose change can be seen
const OURS = "script[data-sitegen-digest]";

function parse(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelector(OURS)?.remove();
  return page;
}

/** The programs of a page: those that run, not the data in `<script>`. */
function programs(page) {
  const runs = ({ type }) => !type || type === "module" || type === "importmap" || type.includes("javascript");
  const found = [...page.querySelectorAll("script")].filter(runs);
  return JSON.stringify(found.map((it) => [it.getAttribute("src"), it.text]));
}

export class Copy {
  #page;
  #live = new Map(); // node of the copy: node of the living page

  /** Begin with the HTML from which the living page was made. */
  constructor(html) {
    this.#page = parse(html);
    this.#meet(this.#page.documentElement, document.documentElement);
  }

  /** Find in the living page what scripts may have changed since it was made. */
  #meet(node, living) {
    this.#live.set(node, living);
    if (OPAQUE.has(node.localName)) return;
    const [mine, theirs] = [[...node.childNodes], [...living.childNodes]];
    for (const [place, found] of align(theirs, mine).entries()) {
      if (found >= 0) this.#meet(mine[place], theirs[found]);
    }
  }

  /**
   * Bring the living page to this HTML, and return the elements in which something can be seen to differ; `null` where
   * the page has other programs, and must be loaded. `begin` is called directly before anything is changed.
   */
  async become(html, begin) {
    const page = parse(html);
    if (programs(page) !== programs(this.#page)) return null;
    const step = new Step(this.#live);
    await step.load(this.#page, page);
    begin();
    step.change(this.#page.documentElement, page.documentElement);
    this.#page = page;
    this.#live = step.next;
    return step.touched;
  }
}

/** One step from a state of the page to the next. */
class Step {
  next = new Map();
  touched = new Set();
  #live;
  #sheets = new Map(); // style sheet of the next state: its link, which is loaded and not yet in force

  constructor(live) {
    this.#live = live;
  }

  /** Load the style sheets that are new, beside those they take the place of. */
  async load(old, fresh) {
    const sheets = (page) => [...page.querySelectorAll("link")].filter(isSheet);
    const before = sheets(old);
    const known = new Set(before.map((link) => link.outerHTML));
    const loaded = [];
    for (const [place, link] of sheets(fresh).entries()) {
      const beside = this.#live.get(before[Math.min(place, before.length - 1)]);
      if (known.has(link.outerHTML) || !beside?.isConnected) continue;
      const living = document.importNode(link);
      living.media = "not all";
      loaded.push(new Promise((resolve) => {
        living.addEventListener("load", resolve);
        living.addEventListener("error", resolve);
        setTimeout(resolve, PATIENCE);
      }));
      beside.after(living);
      this.#sheets.set(link, living);
    }
    await Promise.all(loaded);
  }

  /** Two states of one node. */
  change(old, fresh) {
    const node = this.#live.get(old);
    if (!node) return;
    this.next.set(fresh, node);
    if (old.isEqualNode(fresh)) {
      this.#keep(old, fresh);
    } else if (fresh.nodeType === Node.ELEMENT_NODE) {
      this.#attributes(old, fresh, node);
      if (!OPAQUE.has(fresh.localName)) this.#children(old, fresh, node);
    } else {
      this.#words(old.data, fresh.data, node);
    }
  }

  #keep(old, fresh) {
    for (let a = old.firstChild, b = fresh.firstChild; a && b; a = a.nextSibling, b = b.nextSibling) {
      const node = this.#live.get(a);
      if (node) this.next.set(b, node);
      this.#keep(a, b);
    }
  }

  // Only the characters that differ are replaced: a selection beside them stays.
  #words(old, fresh, node) {
    if (node.data === old) {
      const shorter = Math.min(old.length, fresh.length);
      let head = 0;
      while (head < shorter && old[head] === fresh[head]) head++;
      let tail = 0;
      while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
      node.replaceData(head, old.length - head - tail, fresh.slice(head, fresh.length - tail));
    } else {
      node.data = fresh;
    }
    if (node.parentElement) this.touched.add(node.parentElement);
  }

  #attributes(old, fresh, node) {
    for (const name of new Set([...old.getAttributeNames(), ...fresh.getAttributeNames()])) {
      const [was, is] = [old.getAttribute(name), fresh.getAttribute(name)];
      if (was === is) continue;
      if (name === "class") {
        node.classList.remove(...[...old.classList].filter((token) => !fresh.classList.contains(token)));
        node.classList.add(...[...fresh.classList].filter((token) => !old.classList.contains(token)));
        if (is === null && !node.classList.length) node.removeAttribute("class");
      } else if (is === null) {
        node.removeAttribute(name);
      } else {
        node.setAttributeNS(fresh.getAttributeNode(name).namespaceURI, name, is);
      }
      if (SEEN.has(name)) this.touched.add(node);
    }
  }

  #children(old, fresh, parent) {
    const [olds, news] = [[...old.childNodes], [...fresh.childNodes]];
    const isHere = (node) => this.#live.get(node)?.parentNode === parent;
    const partner = align(olds, news);
    // A script of the page put its own words here; those of the server are newer.
    if (olds.length && !olds.some(isHere)) {
      parent.replaceChildren(...news.map((node) => this.#make(node)));
      this.touched.add(parent);
      return;
    }
    const stands = standing(partner);
    let last = null;
    for (const [place, node] of news.entries()) {
      const was = olds[partner[place]];
      let living = was ? this.#live.get(was) : this.#sheets.get(node);
      if (was) {
        this.change(was, node);
        if (!isHere(was)) continue; // a script of the page took it away
      } else if (living) {
        if (node.media) living.media = node.media;
        else living.removeAttribute("media");
        this.next.set(node, living);
        last = living;
        continue;
      }
      living ??= this.#make(node);
      if (!was || !stands.has(place)) {
        this.#place(parent, living, last);
        if (living.nodeType === Node.ELEMENT_NODE) this.touched.add(living);
        else if (living.data.trim()) this.touched.add(parent);
      }
      last = living;
    }
    const kept = new Set(partner);
    for (const [place, node] of olds.entries()) {
      if (kept.has(place)) continue;
      this.#live.get(node)?.remove();
      if (parent.matches(".sg-argument *")) this.touched.add(parent);
    }
  }

  #place(parent, node, last) {
    let before = last ? last.nextSibling : parent.firstChild;
    while (before?.classList?.contains("sitegen-badge")) before = before.nextSibling;
    if (node.isConnected && parent.moveBefore) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  }

  #make(fresh) {
    const node = document.importNode(fresh, true);
    const meet = (a, b) => {
      this.next.set(a, b);
      for (let x = a.firstChild, y = b.firstChild; x && y; x = x.nextSibling, y = y.nextSibling) meet(x, y);
    };
    meet(fresh, node);
    return node;
  }
}
