/* The search page: asks Pagefind, which is loaded at the first use, and shows what it finds. The address holds what was
   asked. Words of the interface come from the page. */
(() => {
  "use strict";

  const here = document.currentScript.src;
  const form = document.querySelector("[data-sg-search]");
  if (!form) return;

  const BATCH = 10;
  const PATIENCE = 250;
  /* How much a word counts where it stands; in the text it counts 1. */
  const WEIGHTS = { title: 6, claim: 5, piece: 0.5, author: 1, date: 0.1, language: 0 };

  const get = (name) => document.querySelector(`[data-sg-${name}]`);
  const said = get("outcome");
  const list = get("hits");
  const more = get("more");
  const nothing = get("none");
  const pattern = get("hit").content.firstElementChild;
  const narrow = form.querySelector("details");
  const choices = [...form.querySelectorAll("select")];
  const words = form.dataset;
  const named = JSON.parse(words.words);
  const root = new URL("../", here);

  let engine;
  let filled;
  let turn = 0;
  let hits = [];
  let shown = 0;
  let typing = 0;
  let isTyping = false;

  /* A module that failed to load is not asked for again by the browser: another name is. */
  let attempts = 0;
  const load = () =>
    (engine ??= (async () => {
      const pagefind = await import(new URL(`pagefind/pagefind.js${attempts++ ? `?${attempts}` : ""}`, here));
      /* Not in a worker: that would need the policy for WebAssembly on its own script too. */
      await pagefind.options({ noWorker: true, excerptLength: 32, ranking: { metaWeights: WEIGHTS } });
      await pagefind.init();
      return pagefind;
    })().catch((error) => {
      engine = undefined;
      throw error;
    }));

  /* What there is to choose from, filled in once somebody wants to choose. */
  const fill = () =>
    (filled ??= (async () => {
      const found = await (await load()).filters();
      const order = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
      for (const choice of choices) {
        const values = Object.entries(found[choice.name] ?? {});
        values.sort((a, b) => (choice.name === "year" ? order(b[0], a[0]) : order(a[0], b[0])));
        for (const [value, count] of values) {
          const known = [...choice.options].find((it) => it.value === value);
          const option = known ?? choice.appendChild(new Option(value, value));
          option.textContent += ` (${count})`;
        }
      }
    })().catch(() => {
      filled = undefined;
    }));

  const asked = () => {
    const fields = [form.elements.q, ...choices].map((field) => [field.name, field.value.trim()]);
    return new URLSearchParams(fields.filter(([, value]) => value));
  };

  /* Bring the address to what is asked; typing goes on in the same step of the history. */
  const note = (isStep) => {
    const text = asked().toString();
    if (text === new URLSearchParams(location.search).toString()) return;
    history[isStep ? "pushState" : "replaceState"]({}, "", text ? `?${text}` : location.pathname);
  };

  const read = () => {
    const address = new URLSearchParams(location.search);
    form.elements.q.value = address.get("q") ?? "";
    for (const choice of choices) {
      const value = address.get(choice.name) ?? "";
      if (value && ![...choice.options].some((it) => it.value === value)) choice.add(new Option(value, value));
      choice.value = value;
    }
    if (choices.some((it) => it.value)) narrow.open = true;
  };

  const marked = (excerpt) => {
    let isMarked = false;
    return excerpt.split(/(<\/?mark>)/).flatMap((part) => {
      if (part === "<mark>" || part === "</mark>") {
        isMarked = part === "<mark>";
        return [];
      }
      const text = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
      if (!isMarked) return [text];
      const mark = document.createElement("mark");
      mark.textContent = text;
      return [mark];
    });
  };

  /* Everything is set as text: nothing that anybody wrote becomes markup here. */
  const item = ({ raw_url: url, content, excerpt, plain_excerpt: plain, meta, filters }) => {
    const hit = pattern.cloneNode(true);
    const part = (name) => hit.querySelector(`[data-sg-is=${name}]`);
    const [kind, section, stance] = ["kind", "section", "stance"].map((name) => filters[name]?.[0] ?? "");
    const texts = {
      kind: named.kind[kind],
      section,
      stance: stance && `${named.sign[stance]} ${named.stance[stance]}`,
      author: meta.author ?? "",
      piece: meta.piece ?? "",
      date: meta.date ?? "",
    };
    for (const [name, text] of Object.entries(texts)) part(name).textContent = text;
    if (stance) part("stance").className = `sg-stance sg-${stance}`;
    const title = meta.claim ?? meta.title;
    part("title").href = new URL(`.${url}`, root);
    /* Where the title is all there is, it has the marks itself. */
    part("title").replaceChildren(...(content === title && plain.length >= title.length ? marked(excerpt) : [title]));
    if (content !== title) {
      const [before, after] = [content.startsWith(plain.trim()) ? "" : "… ", content.endsWith(plain.trim()) ? "" : " …"];
      part("excerpt").append(before, ...marked(excerpt), after);
    }
    for (const name of meta.language ? ["title", "excerpt", "piece"] : []) {
      part(name).lang = meta.language;
      part(name).dir = "auto";
    }
    return hit;
  };

  const show = async (number, now) => {
    const part = hits.slice(shown, number);
    const found = await Promise.all(part.map((hit) => hit.data()));
    if (now !== turn) return null;
    const items = found.map(item);
    list.append(...items);
    shown += items.length;
    list.hidden = !shown;
    more.hidden = shown >= hits.length;
    return items[0];
  };

  const clear = () => {
    hits = [];
    shown = 0;
    list.replaceChildren();
    list.hidden = more.hidden = nothing.hidden = true;
  };

  const search = async (number = BATCH) => {
    const now = ++turn;
    const { q, ...filters } = Object.fromEntries(asked());
    if (!q && !Object.keys(filters).length) {
      clear();
      said.textContent = "";
      return;
    }
    const waiting = setTimeout(() => (said.textContent = words.wait), PATIENCE);
    try {
      const pagefind = await load();
      /* Quotation marks of any language ask for a phrase; without words the newest come first. */
      const text = q?.replace(/^[“”„«»‟〝]+(.+?)[“”„«»‟〞]+$/u, '"$1"');
      const found = await pagefind.search(text ?? null, { filters, ...(q ? {} : { sort: { date: "desc" } }) });
      if (now !== turn) return;
      clear();
      /* What has no weight, such as the tag of a language, is found with a score of 0. */
      hits = q ? found.results.filter((hit) => hit.score > 0) : found.results;
      await show(number, now);
      if (now !== turn) return;
      const { lang } = document.documentElement;
      const form = new Intl.PluralRules(lang).select(hits.length);
      const count = hits.length.toLocaleString(lang);
      said.textContent = hits.length ? named.results[form].replace("{count}", count) : words.none;
      nothing.hidden = hits.length > 0;
    } catch {
      if (now !== turn) return;
      clear();
      said.textContent = words.broken;
    } finally {
      clearTimeout(waiting);
    }
  };

  const ask = (isStep) => {
    clearTimeout(typing);
    note(isStep);
    return search();
  };

  form.addEventListener("focusin", () => load().catch(() => {}), { once: true });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      ask(!isTyping);
      isTyping = true;
    }, PATIENCE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "q") return;
    isTyping = false;
    ask(true);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(!isTyping);
    isTyping = false;
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const choice of choices) choice.value = "";
    isTyping = false;
    ask(true);
  });
  narrow.addEventListener("toggle", () => narrow.open && fill());
  more.addEventListener("click", async () => {
    const first = await show(shown + BATCH, turn);
    first?.querySelector("a").focus();
  });
  /* Who comes back finds as many results as before, at the same place. */
  list.addEventListener("click", () => history.replaceState({ shown, place: scrollY }, ""));
  addEventListener("popstate", () => {
    clearTimeout(typing);
    isTyping = false;
    read();
    search(history.state?.shown);
  });

  form.hidden = false;
  get("unscripted").hidden = true;
  read();
  if (location.search) {
    const { shown: before, place } = history.state ?? {};
    search(before).then(() => place && scrollTo(0, place));
  }
})();
