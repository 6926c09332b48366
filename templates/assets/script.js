// The reading page is complete without this file. It adds what only the reader's own machine knows:
// the age of a piece today, the place reached in it, and the clipboard.

const OLD = 2; // years

/** Whole years since the last day that a possibly partial EDTF date may mean. */
function yearsSince(text, now = new Date()) {
  const [year, month = 12, day = 31] = text.slice(0, 10).split("-").map(Number);
  const reached = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (reached ? 0 : 1);
}

for (const line of document.querySelectorAll("[data-sg-since]")) {
  const years = yearsSince(line.dataset.sgSince);
  if (years >= OLD) {
    line.querySelector("[data-sg-years]").textContent = years;
    line.hidden = false;
  }
}

/** Mark the entry of the outline whose part of the text is being read. */
function follow(outline) {
  const position = outline.querySelector("[data-sg-position]");
  const total = position.textContent;
  const links = new Map();
  for (const link of outline.querySelectorAll('a[href^="#"]')) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (part) links.set(part, link);
  }
  let current = null;
  const show = (link) => {
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "step");
    current = link;
    const number = link?.dataset.sgNumber;
    position.textContent = number ? `${number} ${position.dataset.sgOf} ${total}` : total;
    if (link && outline.scrollHeight > outline.clientHeight) {
      outline.scrollTop = link.offsetTop - outline.clientHeight / 2;
    }
  };
  // A line a third of the way down the window: the part that crosses it is being read.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) show(links.get(entry.target));
        else if (entry.boundingClientRect.top > 0 && links.get(entry.target) === current) {
          show([...links.values()][[...links.keys()].indexOf(entry.target) - 1] ?? null);
        }
      }
    },
    { rootMargin: "-33% 0px -66% 0px" },
  );
  for (const part of links.keys()) observer.observe(part);
}

for (const outline of document.querySelectorAll("[data-sg-outline]")) follow(outline);

if (navigator.clipboard) {
  const spoken = document.createElement("p");
  spoken.className = "sg-hidden";
  spoken.setAttribute("role", "status");
  document.body.append(spoken);
  for (const line of document.querySelectorAll("[data-sg-copy]")) {
    const { sgCopy: label, sgCopied: done, sgTarget: target } = line.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(target);
      button.textContent = spoken.textContent = done;
      setTimeout(() => { button.textContent = label; spoken.textContent = ""; }, 2000);
    });
    line.append(button);
  }
}

// What scrolls sideways must be reachable without a mouse.
for (const box of document.querySelectorAll(".sg-prose pre, .sg-scroll, .sg-prose > table")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
