// Which child of an element was which: the children that it had, and those that it has now.

const LARGE = 1600; // comparisons in one gap, above which children are paired as they come

export const isSheet = (node) => node.localName === "link" && node.relList.contains("stylesheet");

/** The words of a node, which are asked for once for every other node in a gap. */
const known = new WeakMap();
function words(node) {
  let found = known.get(node);
  if (!found) known.set(node, found = new Set(node.textContent.match(/[^\s]+/gu)));
  return found;
}

/** How alike the words of two nodes are, from 0 to 1 (the coefficient of Dice). */
function shared(a, b) {
  const [one, other] = [words(a), words(b)];
  if (!one.size && !other.size) return 1;
  let both = 0;
  for (const word of one) if (other.has(word)) both++;
  return (2 * both) / (one.size + other.size);
}

/** How much a node is worth as the later state of another; 0 where it cannot be. */
function likeness(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.namespaceURI !== fresh.namespaceURI) return 0;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    const isBlank = !old.data.trim();
    return isBlank === !fresh.data.trim() ? 0.2 + 0.8 * shared(old, fresh) : 0.1;
  }
  if (isSheet(fresh)) return 0; // never changed where it stands: another one is loaded first
  const common = shared(old, fresh);
  if (old.id && fresh.id && common < 0.3) return 0;
  return 0.1 + (old.className === fresh.className ? 0.2 : 0) + 0.7 * common;
}

/** Pair what is most alike, in order; call `pair` with the places of the two. */
function pairGap(olds, news, pair) {
  if (olds.length * news.length > LARGE) {
    let at = 0;
    for (const [place, node] of news) {
      const found = olds.findIndex(([, old], index) => index >= at && likeness(old, node));
      if (found < 0) continue;
      pair(olds[found][0], place);
      at = found + 1;
    }
    return;
  }
  const best = Array.from({ length: olds.length + 1 }, () => new Float64Array(news.length + 1));
  const gain = olds.map(([, old]) => news.map(([, fresh]) => likeness(old, fresh)));
  for (let i = olds.length - 1; i >= 0; i--) {
    for (let j = news.length - 1; j >= 0; j--) {
      const both = gain[i][j] && gain[i][j] + best[i + 1][j + 1];
      best[i][j] = Math.max(both, best[i + 1][j], best[i][j + 1]);
    }
  }
  for (let i = 0, j = 0; i < olds.length && j < news.length;) {
    if (best[i][j] === best[i + 1][j]) i++;
    else if (best[i][j] === best[i][j + 1]) j++;
    else pair(olds[i++][0], news[j++][0]);
  }
}

/** For each of the new nodes the place of the old one that it was, or -1. Names, then equals, then the most alike. */
export function align(olds, news) {
  const partner = new Array(news.length).fill(-1);
  const isTaken = new Array(olds.length).fill(false);
  const pair = (old, fresh) => {
    partner[fresh] = old;
    isTaken[old] = true;
  };
  let start = 0;
  let [oldEnd, newEnd] = [olds.length, news.length];
  while (start < oldEnd && start < newEnd && olds[start].isEqualNode(news[start])) pair(start, start++);
  while (oldEnd > start && newEnd > start && olds[oldEnd - 1].isEqualNode(news[newEnd - 1])) pair(--oldEnd, --newEnd);
  if (start === oldEnd || start === newEnd) return partner;

  const free = (nodes, from, to, isFree) =>
    nodes.map((node, place) => [place, node]).slice(from, to).filter(([place]) => isFree(place));
  const freeOlds = () => free(olds, start, oldEnd, (place) => !isTaken[place]);
  const freeNews = () => free(news, start, newEnd, (place) => partner[place] < 0);
  const pairBy = (key) => {
    const waiting = Map.groupBy(freeOlds(), ([, node]) => key(node));
    for (const [place, node] of freeNews()) {
      const name = key(node);
      if (name && waiting.get(name)?.length) pair(waiting.get(name).shift()[0], place);
    }
  };
  pairBy((node) => node.id && `${node.nodeName} ${node.id}`);
  pairBy((node) => node.outerHTML);

  // What is left stands in gaps between pairs; a gap of the old children is searched for one of the new.
  for (let from = start; from < newEnd; from++) {
    if (partner[from] >= 0) continue;
    let to = from;
    while (to < newEnd && partner[to] < 0) to++;
    const left = from > start ? partner[from - 1] : start - 1;
    const right = to < newEnd ? partner[to] : oldEnd;
    const gap = freeOlds().filter(([place]) => place > left && place < right);
    if (gap.length) pairGap(gap, free(news, from, to, () => true), pair);
    from = to;
  }
  return partner;
}

/** Those of the new places that need no move: a longest run of partners that stand in their old order. */
export function standing(partner) {
  const ends = []; // of the runs of each length, the place whose partner is the first
  const before = [];
  for (const [place, old] of partner.entries()) {
    if (old < 0) continue;
    let length = ends.findIndex((end) => partner[end] > old);
    if (length < 0) length = ends.length;
    before[place] = length ? ends[length - 1] : -1;
    ends[length] = place;
  }
  const run = new Set();
  for (let place = ends.at(-1) ?? -1; place >= 0; place = before[place]) run.add(place);
  return run;
}
