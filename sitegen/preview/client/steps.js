// The theme's script knows the arguments that a page had when it was loaded. Where there are others now, a theme may
// take them over itself (it hears `sitegen:patch` on the document, and prevents what would happen otherwise); without
// that, arguments are shown one at a time by a page that is loaded anew.

const entries = () =>
  [...document.querySelectorAll('[data-sg-outline] a[href^="#"]')].flatMap((link) => [
    link,
    document.getElementById(decodeURIComponent(link.hash.slice(1))),
  ]);

export class Steps {
  #known = entries();
  #isStale = false;

  constructor() {
    document.addEventListener("click", (event) => this.#choose(event), { capture: true });
  }

  /** Note what a change has made of the arguments. Return whether the page must be loaded to show them. */
  follow(changed) {
    const now = entries();
    const isOther = now.length !== this.#known.length || now.some((element, place) => element !== this.#known[place]);
    const isTaken = !document.dispatchEvent(new Event("sitegen:patch", { cancelable: true }));
    this.#isStale = isOther && !isTaken;
    if (isTaken) this.#known = now;
    if (!this.#isStale || !document.querySelector(".sg-steps")) return false;
    const argument = changed.map((block) => block.closest(".sg-argument")).find((it) => it?.id);
    if (argument && !argument.checkVisibility()) history.replaceState(history.state, "", `#${argument.id}`);
    return true;
  }

  #choose(event) {
    if (!this.#isStale || !event.target.closest?.('[data-sg-view="steps"]')) return;
    event.stopImmediatePropagation();
    const url = new URL(location);
    url.searchParams.set("view", "steps");
    url.hash = document.querySelector("[data-sg-outline] a[aria-current]")?.hash ?? url.hash;
    location.assign(url);
  }
}
