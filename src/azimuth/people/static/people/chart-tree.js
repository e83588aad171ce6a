// <chart-tree>: folds branches once they are there, and walks the tree by arrow keys. Every toggle is a link that works alone.
class ChartTree extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this, { capture: true });
    this.addEventListener("keydown", this);
    this.addEventListener("htmx:afterSwap", this);
  }

  handleEvent(event) {
    if (event.type === "click") this.#click(event);
    if (event.type === "keydown") this.#key(event);
    if (event.type === "htmx:afterSwap") this.#opened(event.detail.requestConfig?.elt ?? event.target);
  }

  #click(event) {
    const toggle = event.target.closest("a.tree__toggle");
    const branch = toggle && branchOf(toggle);
    if (!branch || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    fold(toggle, branch, !branch.hidden);
  }

  #opened(elt) {
    const toggle = elt?.closest?.("a.tree__toggle");
    if (toggle) toggle.setAttribute("aria-expanded", "true");
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const toggle = event.target.closest("a.tree__toggle");
    if (step) {
      const stops = [...this.querySelectorAll("a.tree__toggle, a.face__link")].filter((stop) => stop.checkVisibility());
      const next = stops[stops.indexOf(event.target) + step];
      if (next) { event.preventDefault(); next.focus(); }
    } else if (toggle && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const wanted = event.key === (getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight");
      if ((toggle.getAttribute("aria-expanded") === "true") !== wanted) { event.preventDefault(); toggle.click(); }
    }
  }
}

const branchOf = (toggle) => toggle.closest("li")?.querySelector(":scope > .tree__level");

const fold = (toggle, branch, closed) => {
  branch.hidden = closed;
  toggle.setAttribute("aria-expanded", String(!closed));
};

customElements.define("chart-tree", ChartTree);
