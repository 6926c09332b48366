// Follows the server from one edition to the next: a tab that is seen is brought to it, a hidden one when it is seen.

import { label } from "./badges.js";
import { Frame, make, remember, remembered } from "./frame.js";
import { Offer } from "./offer.js";
import { Overlay } from "./overlay.js";
import { Panel, isPanelKey } from "./panel.js";
import { Copy } from "./patch.js";
import { blocks, holding, point, reload, restore } from "./place.js";
import { Steps } from "./steps.js";
import { listen } from "./stream.js";

// A page that is another one each time that it is made would be loaded for ever.
const LOOPED = 5000; // milliseconds
const OFTEN = 4; // times within these

/** A path as the address bar has it, with its escapes. */
const pathOf = (url) => new URL(url, location.href).pathname;

const ask = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
};

class Follower {
  #frame = new Frame();
  #overlay = new Overlay(this.#frame);
  #offer = new Offer(this.#frame);
  #panel = new Panel(this.#frame);
  #away = make("p", { class: "pill away", role: "status" });
  #loaded; // digest and number of the page as it was loaded
  #copy = null; // of the page, where the server has sent it
  #digest = "";
  #status = 0; // of the page in view
  #state = null;
  #seen = ""; // the edition that is in view
  #target = location.pathname; // where the source of the page in view has its page
  #steps = null; // the arguments, as the theme's script knows them
  #isBusy = false;
  #isLeaving = false;
  #pieces = { digest: "", pieces: [] };

  constructor(loaded) {
    this.#loaded = loaded;
    this.#frame.stack.prepend(this.#away);
    restore();
    document.addEventListener("visibilitychange", () => this.#catchUp());
    document.addEventListener("keydown", (event) => this.#press(event), { capture: true });
    listen((message) => this.#hear(message));
    this.#begin();
  }

  // What was loaded is asked for again without what scripts have made of it.
  async #begin() {
    this.#isBusy = true;
    try {
      const look = await this.#look("");
      this.#status = look.status;
      if (look.html !== undefined && look.digest !== this.#loaded.digest && this.#isFresh()) {
        this.#reload();
        return;
      }
      this.#take(look);
      restore();
    } catch {
      // The server is away. What it says when it is back is compared with nothing, so the page is loaded then.
    }
    this.#isBusy = false;
    this.#catchUp();
  }

  #isFresh() {
    const times = JSON.parse(remembered("loaded") ?? "[]").filter((time) => Date.now() - time < LOOPED);
    remember("loaded", JSON.stringify([...times, Date.now()]));
    return times.length < OFTEN;
  }

  #reload() {
    this.#isLeaving = true;
    reload();
  }

  #go(url) {
    this.#isLeaving = true;
    location.replace(url);
  }

  #hear({ state, isLost, shown }) {
    this.#away.textContent = isLost ? "The preview is not running" : "";
    if (!state || isLost) return;
    const isSame = state.server === this.#state?.server && state.number === this.#state.number;
    const isNew = !isSame && (this.#state || state.number > this.#loaded.number);
    this.#state = state;
    if (isNew) {
      const move = state.moved.find(({ from }) => pathOf(from) === this.#target);
      if (move) this.#target = pathOf(move.to);
      const unseen = state.changed.filter(({ url }) => url && !shown.includes(pathOf(url)));
      if (unseen.length) this.#offer.show(unseen);
    }
    this.#catchUp();
  }

  /** Come to the last state; never twice at once. */
  async #catchUp() {
    if (document.hidden || this.#isBusy || this.#isLeaving || !this.#state) return;
    this.#isBusy = true;
    try {
      for (let name; (name = `${this.#state.server} ${this.#state.number}`) !== this.#seen;) {
        if (this.#target !== location.pathname) {
          this.#go(this.#target + location.search + location.hash);
          return;
        }
        await this.#come(name);
        if (this.#isLeaving) return;
      }
    } catch {
      // The server went away, or answers for another; the next state that it tells begins anew.
      this.#seen = "";
    } finally {
      this.#isBusy = false;
    }
  }

  async #come(name) {
    const look = await this.#look(this.#digest);
    this.#seen = name;
    if (look.status === 301) {
      this.#go(look.location + location.hash);
      return;
    }
    const isPage = look.status === 200 || look.status === 404;
    // Without a copy nothing can be compared; and a page that was missing has another's scripts at work.
    if (isPage && (!this.#copy || look.status !== this.#status)) {
      this.#reload();
      return;
    }
    this.#overlay.show(look.findings, this.#state.failing);
    if (isPage && look.html !== undefined && look.digest !== this.#digest) {
      const touched = await holding((see) => this.#copy.become(look.html, see));
      if (!touched) {
        this.#reload();
        return;
      }
      this.#digest = look.digest;
      const changed = blocks(touched);
      if (this.#steps.follow(changed)) {
        this.#reload();
        return;
      }
      point(changed);
    }
    await this.#badge();
    this.#panel.refresh();
    this.#frame.host.dataset.edition = name;
    this.#frame.rise();
  }

  #take(look) {
    this.#overlay.show(look.findings, this.#state?.failing ?? 0);
    if (look.html === undefined) return;
    this.#copy = new Copy(look.html);
    this.#steps = new Steps();
    this.#digest = look.digest;
  }

  #look(have) {
    return ask(`/@sitegen/look?path=${encodeURIComponent(location.pathname)}&have=${encodeURIComponent(have)}`);
  }

  async #badge() {
    if (this.#state.unpublished !== this.#pieces.digest) {
      this.#pieces = await ask("/@sitegen/unpublished");
    }
    label(this.#pieces.pieces);
  }

  #press(event) {
    if (isPanelKey(event)) {
      this.#panel.toggle();
    } else if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) {
      if (this.#panel.hasFocus) this.#panel.toggle(false);
      else if (this.#overlay.isOpen) this.#overlay.fold(true);
      else return;
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

export function follow(loaded) {
  return new Follower(loaded);
}
