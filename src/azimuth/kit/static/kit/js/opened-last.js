// What was opened last through the command palette: kept in this tab, for this viewer only, and nowhere else.
const KEPT = 5;
const BEFORE = "palette:";

export class OpenedLast {
  #key;

  constructor(viewer) {
    this.#key = BEFORE + viewer;
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(BEFORE) && key !== this.#key) sessionStorage.removeItem(key);
  }

  get all() {
    try { return JSON.parse(sessionStorage.getItem(this.#key)) ?? []; } catch { return []; }
  }

  keep(hit) {
    const kept = { url: hit.getAttribute("href"), label: hit.querySelector(".palette__label").textContent, note: hit.querySelector(".palette__note")?.textContent ?? "" };
    const others = this.all.filter((one) => one.url !== kept.url);
    try { sessionStorage.setItem(this.#key, JSON.stringify([kept, ...others].slice(0, KEPT))); } catch { /* a browser that keeps nothing */ }
  }

  // A group like that of the template, with a hit for each; null when there is none.
  group(template) {
    if (!this.all.length) return null;
    const group = template.content.firstElementChild.cloneNode(true);
    const pattern = group.querySelector("a");
    pattern.replaceWith(...this.all.map((one, place) => hit(pattern, one, place)));
    return group;
  }
}

function hit(pattern, { url, label, note }, place) {
  const made = Object.assign(pattern.cloneNode(true), { href: url, id: `palette-recent-${place}` });
  made.querySelector(".palette__label").textContent = label;
  made.querySelector(".palette__note").textContent = note;
  return made;
}
