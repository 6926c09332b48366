// The reading page is complete without this file. It adds what only the reader's own machine knows or does:
// the age of a piece today, the place reached in it, one argument at a time, and the clipboard.
// Every word that it shows or says stands in the page.

const OLD = 2; // years
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const article = $(".sg-article");

/** The element that the fragment of an address names. */
function named(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null; // not every fragment that somebody types can be decoded
  }
}

/** Whether a key or a click means something to the browser, with one of these held. */
function isModified(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
}

/** Whole years since the last day that a possibly partial EDTF date may mean. */
function yearsSince(text, now = new Date()) {
  const [year, month = 12, day = 31] = text.slice(0, 10).split("-").map(Number);
  const reached = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (reached ? 0 : 1);
}

for (const line of $$("[data-sg-since]")) {
  const years = yearsSince(line.dataset.sgSince);
  if (years >= OLD) {
    $("[data-sg-years]", line).textContent = years;
    line.hidden = false;
  }
}

/** A live region, which must be there before it has something to say. */
function region(className) {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.className = className;
  let silence;
  document.body.append(line);
  return (words) => {
    clearTimeout(silence);
    line.textContent = words;
    silence = setTimeout(() => { line.textContent = ""; }, 4000);
  };
}

/** Navigate the steps of an article: its opening, its arguments and its closing, as its outline lists them. */
function navigate(outline, bar) {
  const position = $("[data-sg-position]", outline);
  const total = position.textContent;
  const place = $(".sg-place", bar);
  const label = $("[data-sg-words]", bar);
  const say = region("sg-hidden");
  const unplaced = [place.textContent, label.textContent];
  const [back, next] = $$("[data-sg-go]", bar);
  const sheet = $(".sg-sheet");
  const steps = $$('a[href^="#"]', outline)
    .map((link) => ({ link, part: named(link.hash), number: link.dataset.sgNumber, shown: [] }))
    .filter(({ part }) => part);
  if (!steps.length) return;

  // A picture belongs to the opening below it, words between two arguments to the second.
  let waiting = [];
  for (const block of $(".sg-text").children) {
    waiting.push(block);
    const step = steps.find(({ part }) => part === block);
    if (step) [step.shown, waiting] = [waiting, []];
  }
  const last = steps.length - 1;
  steps[last].shown.push(...waiting);
  for (const [index, step] of steps.entries()) {
    step.heading = index || step.number ? $("h2", step.part) ?? step.part.previousElementSibling : $("h1");
    step.heading.tabIndex = -1;
  }

  let current = -1; // the step that is read
  let wanted = -1; // the step that was asked for: it stays the one that is read until the reader scrolls away from it
  let nearest = Infinity; // how far down the window it has been seen
  let inSteps = false;
  const view = () => new URL(location).searchParams.get("view") === "steps";
  const indexOf = (target) => steps.findIndex(({ shown }) => shown.some((block) => block.contains(target)));

  function show(index) {
    if (index === current) return;
    steps[current]?.link.removeAttribute("aria-current");
    current = index;
    const { link, number } = steps[index] ?? {};
    link?.setAttribute("aria-current", "step");
    position.textContent = number ? position.dataset.sgOf.replace("#", number) : total;
    place.textContent = number ? position.textContent : unplaced[0];
    label.replaceChildren(link ? $(".sg-words", link).cloneNode(true) : unplaced[1]);
    back.disabled = index < 1;
    next.disabled = index === last;
    if (link && outline.scrollHeight > outline.clientHeight) {
      const below = link.getBoundingClientRect().top - outline.getBoundingClientRect().top;
      outline.scrollTop += below - outline.clientHeight / 2;
    }
  }

  // A line a third of the way down the window: the last step that begins above it is being read.
  function follow() {
    if (inSteps) return;
    const tops = steps.map(({ shown }) => shown[0].getBoundingClientRect().top);
    const line = innerHeight / 3;
    let index = tops.findLastIndex((top) => top <= line);
    if (wanted >= 0) {
      const top = steps[wanted].part.getBoundingClientRect().top;
      const seen = top > -8 && top < innerHeight - 40 && top < nearest + line / 2;
      if (seen) nearest = Math.min(nearest, top);
      if (seen || nearest === Infinity) index = wanted;
      else wanted = -1;
    }
    show(index);
  }

  function want(index) {
    [wanted, nearest] = [index, Infinity];
  }

  function present(on) {
    inSteps = on;
    article.classList.toggle("sg-steps", on);
    for (const button of $$("[data-sg-view]")) {
      button.setAttribute("aria-pressed", on === (button.dataset.sgView === "steps"));
    }
  }

  /** Show one step alone. */
  function step(index) {
    const { shown } = steps[index];
    for (const block of $$(".sg-now", article)) block.classList.remove("sg-now");
    for (const block of shown) block.classList.add("sg-now");
    // A note stands below the step that cites it.
    for (const note of $$(".sg-footnotes li")) {
      note.classList.toggle("sg-now", $$(".sg-back a", note).some((link) => indexOf(named(link.hash)) === index));
    }
    article.classList.toggle("sg-first", index === 0);
    article.classList.toggle("sg-last", index === last);
    show(index);
  }

  /** Bring the reader to a step: its heading is focused, and its place said. */
  function arrive(index) {
    const { heading, part, number } = steps[index];
    if (inSteps) {
      step(index);
      (index ? article : document.body).scrollIntoView({ behavior: "instant" });
    } else {
      want(index);
      (index ? part : document.body).scrollIntoView({ behavior: "instant" });
      follow();
    }
    heading.focus({ preventScroll: true });
    say(number ? place.textContent : label.textContent);
  }

  /** Go to a step as the reader asks, in this view or the other; the address follows. */
  function go(index, on = inSteps) {
    if (!steps[index] || (index === current && on === inSteps)) return;
    const url = new URL(location);
    url.hash = steps[index].link.hash;
    if (on) url.searchParams.set("view", "steps");
    else url.searchParams.delete("view");
    if (on || inSteps) history.pushState(null, "", url);
    else location.hash = url.hash; // so the place is the target for style sheets too
    present(on);
    arrive(index);
  }

  /** Show what the address says: after loading, going back, and following a link within the page. */
  function read(event) {
    const target = named(location.hash);
    const index = indexOf(target);
    const was = inSteps;
    present(view());
    if (!inSteps) {
      // Whoever loads a page again, or comes back to it, is put where they were and not where the address leads.
      if (index >= 0 && (event || performance.getEntriesByType("navigation")[0]?.type === "navigate")) want(index);
      if (was) (target ?? article).scrollIntoView({ behavior: "instant" });
      follow();
      return;
    }
    // What stands after the text is shown with the last step, but for the notes of the present one.
    const isBehind = index < 0 && $(".sg-end").contains(target);
    if (was && target && index < 0 && !(isBehind && !target.checkVisibility())) return;
    const goal = isBehind ? last : Math.max(index, 0);
    const isWithin = isBehind || (index >= 0 && target !== steps[goal].part);
    if (event && !isWithin) {
      if (goal !== current || !was) arrive(goal);
      return;
    }
    step(goal);
    if (isWithin || goal) (isWithin ? target : article).scrollIntoView({ behavior: "instant" });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const { sgGo, sgView, sgList } = button?.dataset ?? {};
    const link = event.target.closest(".sg-outline a");
    // The sheet closes at its button, beside it, and when something in it was chosen.
    const isChosen = sheet.open && sheet.contains(link);
    if (sheet.open && (button || isChosen || event.target === sheet)) sheet.close();
    if (sgGo) go(current + Number(sgGo));
    else if (sgView) go(Math.max(current, 0), sgView === "steps");
    else if (sgList !== undefined) {
      $(".sg-outline", sheet).replaceChildren(...[...outline.children].map((child) => child.cloneNode(true)));
      sheet.showModal();
      $("a[aria-current]", sheet)?.focus();
    } else if (link && (isChosen || inSteps) && !isModified(event)) {
      event.preventDefault();
      const chosen = steps.findIndex((it) => it.link.hash === link.hash);
      if (chosen === current) arrive(chosen);
      else go(chosen);
    }
  });

  const ahead = getComputedStyle(article).direction === "rtl" ? -1 : 1;
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const isOurs = inSteps && !event.defaultPrevented && !event.isComposing && !isModified(event) && !$("dialog[open]");
    if (!isOurs || target.closest('input, textarea, select, audio, video, [contenteditable], [tabindex="0"]')) return;
    const moves = {
      ArrowRight: current + ahead, ArrowLeft: current - ahead, j: current + 1, k: current - 1, Home: 0, End: last,
    };
    if (key === "Escape") go(current, false);
    else if (key in moves) go(moves[key]);
    else if (/^[1-9]$/.test(key)) go(steps.findIndex(({ number }) => number === key));
    else return;
    event.preventDefault();
  });

  // A swipe is one finger that goes mostly sideways, quickly, and neither selects, zooms nor scrolls a table.
  let start = null;
  article.addEventListener("touchstart", (event) => {
    const [{ clientX: x, clientY: y }] = event.touches;
    const isInside = x > 24 && x < innerWidth - 24; // from its edges a browser goes back and forward itself
    const isFree = inSteps && isInside && event.touches.length === 1;
    start = isFree && !event.target.closest('[tabindex="0"], audio, video') ? { x, y, at: event.timeStamp } : null;
  }, { passive: true });
  article.addEventListener("touchend", (event) => {
    if (!start) return;
    const [{ clientX, clientY }] = event.changedTouches;
    const across = clientX - start.x;
    const isSideways = Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(clientY - start.y);
    const isQuick = event.timeStamp - start.at < 700;
    const isReading = getSelection().isCollapsed && !(visualViewport?.scale > 1.05);
    if (isSideways && isQuick && isReading) go(current - Math.sign(across) * ahead);
    start = null;
  }, { passive: true });
  article.addEventListener("touchcancel", () => { start = null; }, { passive: true });

  let isAsked = false;
  const later = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => { isAsked = false; follow(); });
  };
  // Whoever takes the page in hand before a step that was asked for has come no longer asks for it.
  const release = () => {
    follow();
    if (nearest === Infinity) wanted = -1;
  };
  for (const kind of ["wheel", "touchmove", "scrollend"]) addEventListener(kind, release, { passive: true });
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  for (const button of $$("[data-sg-view]")) button.hidden = false;
  bar.hidden = false;
  back.disabled = true;
  read();
}

// What scrolls sideways must be reachable without a mouse.
for (const box of $$(".sg-prose pre, .sg-scroll, .sg-prose > table")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}

if ($("[data-sg-bar]")) navigate($("[data-sg-outline]"), $("[data-sg-bar]"));

/** What a button copies: the link to its argument, words of it signed and with the link, or the citation. */
function copied(button) {
  const actions = button.closest(".sg-actions");
  const { sgTarget: link } = $("[data-sg-target]", actions).dataset;
  if (button.dataset.sgCopy === "link") return link;
  if (button.dataset.sgCopy === "citation") return $(".sg-citation", actions).textContent.trim();
  const argument = button.closest(".sg-argument");
  const selection = getSelection();
  const isOfIt = argument.contains(selection.anchorNode) && argument.contains(selection.focusNode);
  let words = isOfIt ? selection.toString() : "";
  if (!words.trim()) {
    const claim = ($(".sg-point h2", argument) ?? $("h1")).cloneNode(true);
    for (const mark of $$("sup", claim)) mark.remove();
    words = claim.textContent;
  }
  const { sgQuote: marks, sgSource: source } = article.dataset;
  return `${marks.replace("x", () => words.trim())}\n${source}\n${link}`;
}

const copies = $$("[data-sg-copy]");
const tell = copies.length ? region("sg-said") : null;
for (const button of copies) {
  button.hidden = false;
  // Pressing a button must not take away the selection that it is to copy.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", async () => {
    const text = copied(button);
    const actions = button.closest(".sg-actions");
    try {
      await navigator.clipboard.writeText(text);
      tell(article.dataset.sgCopied);
    } catch {
      const details = $("details", actions);
      details.open = true;
      const shown = $(".sg-by-hand", details) ?? details.appendChild(document.createElement("p"));
      shown.className = "sg-by-hand";
      shown.textContent = text;
      getSelection().selectAllChildren(shown);
      tell(article.dataset.sgRefused);
    }
  });
}
