// Where the reader is: kept while the page changes, and brought to what has changed where none of it is in view.

const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, dt, dd, blockquote, pre, figure, table, section, article, header, div";
// What repeats the text elsewhere, or counts what stands before it.
const BESIDE = "nav, dialog, [role=status], .sg-bar, .sg-number, .sg-actions, .sg-hidden, .sg-meta, .sitegen-badge";
const ARGUMENT = ".sg-argument";
const TEXT = ".sg-text, .sg-head h1, .sg-dek";
const MANY = 8; // blocks: a template has changed, and there is no one place to look at
const FADE = 2400; // milliseconds
const MARK = "sitegen-changed";
const COLOUR = "59 130 246";

const isSeen = (element) => {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 24 && top < innerHeight - 24;
};

/** Do something to the page, and leave what is at the top of the window where it is. */
export async function holding(action) {
  let held = [];
  const see = () => {
    held = [];
    if (scrollY < 1) return;
    let element = document.querySelector("main") ?? document.body;
    while (element) {
      element = [...element.children].find((child) => child.getBoundingClientRect().bottom > 1);
      if (element) held.unshift([element, element.getBoundingClientRect().top]);
    }
  };
  const result = await action(see);
  const [element, top] = held.find(([it]) => it.isConnected && it.checkVisibility()) ?? [];
  const moved = element ? element.getBoundingClientRect().top - top : 0;
  if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  return result;
}

/** The blocks of the text that differ, out of all elements that do. */
export function blocks(touched) {
  const found = new Set();
  for (const element of touched) {
    if (!element.closest("main") || element.closest(BESIDE)) continue;
    found.add(element.closest(BLOCKS) ?? element);
  }
  const ofText = [...found].filter((block) => block.closest(TEXT));
  const chosen = ofText.length ? ofText : [...found];
  return chosen.filter((block) => !chosen.some((other) => other !== block && block.contains(other)));
}

/** Show what has changed: marked for a moment, an argument as a whole, and in view. */
export function point(changed) {
  const targets = new Set(changed.map((block) => block.closest(`${ARGUMENT} > .sg-point, ${ARGUMENT}`) ?? block));
  if (!targets.size || targets.size > MANY) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let shown = changed.filter((block) => block.checkVisibility());
  if (!shown.length) {
    // One argument is shown at a time, and it is another one.
    const name = changed[0].closest(ARGUMENT)?.id;
    if (!name || !document.querySelector(".sg-steps") || document.activeElement?.matches("input, textarea")) return;
    history.replaceState(history.state, "", `#${name}`);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    shown = changed.filter((block) => block.checkVisibility());
    if (!shown.length) return;
  }
  for (const mark of document.getAnimations().filter(({ id }) => id === MARK)) mark.cancel();
  for (const target of targets) {
    const drawn = (strength) => ({ outline: `2px solid rgb(${COLOUR} / ${strength})`, outlineOffset: "0.25rem" });
    const steps = isCalm ? [drawn(0.9), drawn(0.9)] : [drawn(0.9), { ...drawn(0.9), offset: 0.6 }, drawn(0)];
    target.animate(steps, { id: MARK, duration: FADE });
  }
  if (shown.some(isSeen)) return;
  const [first] = shown;
  const whole = first.closest(ARGUMENT) ?? first;
  const goal = whole.getBoundingClientRect().height < innerHeight * 0.8 ? whole : first;
  const isHigh = goal.getBoundingClientRect().height > innerHeight * 0.8;
  goal.scrollIntoView({ block: isHigh ? "start" : "center", behavior: isCalm ? "instant" : "smooth" });
}

const KEPT = "sitegen-preview-place";

/** Remember the place for the same address, and load the page again. */
export function reload() {
  const { y } = kept() ?? {};
  // A page that is gone for a moment is too short to hold the place.
  sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, y: Math.max(scrollY, y ?? 0) }));
  location.reload();
}

function kept() {
  const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  return found?.path === location.pathname ? found : null;
}

/** Come back to the place that was remembered, where the page is long enough again. */
export function restore() {
  const found = kept();
  if (!found) return;
  if (document.documentElement.scrollHeight - innerHeight < found.y - 1) return;
  sessionStorage.removeItem(KEPT);
  if (Math.abs(scrollY - found.y) > 1) scrollTo({ top: found.y, behavior: "instant" });
}
