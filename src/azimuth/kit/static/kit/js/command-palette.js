// <command-palette>: a dialog in which one types and jumps. The server finds (htmx puts its answer into the list); this moves,
// opens, and puts what was opened last above it. Any [data-palette] field opens it.
import { OpenedLast } from "./opened-last.js";

class CommandPalette extends HTMLElement {
  #dialog; #input; #list; #last; #active = -1;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#input = this.querySelector("input");
    this.#list = this.querySelector("[role=listbox]");
    this.#last = new OpenedLast(this.dataset.viewer);
    this.#dress();
    for (const type of ["keydown", "click", "input"]) document.addEventListener(type, this);
    this.addEventListener("htmx:afterSwap", this);
    this.addEventListener("pointermove", this);
  }

  disconnectedCallback() {
    for (const type of ["keydown", "click", "input"]) document.removeEventListener(type, this);
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "keydown") this.#key(event);
    if (type === "htmx:afterSwap") this.#listed();
    if (type === "pointermove") this.#move(this.#hits.indexOf(target.closest("a[role=option]")), false);
    if (type === "input" && target.matches("[data-palette]")) this.#open(target.value, target);
    if (type === "click") this.#click(event);
  }

  get #hits() {
    return [...this.#list.querySelectorAll("a[role=option]")];
  }

  #click(event) {
    const { target } = event;
    if (target.matches("[data-palette]")) this.#open("", target);
    if (target === this.#dialog || (this.contains(target) && target.closest("[data-close]"))) this.#dialog.close();
    const hit = this.contains(target) && target.closest("a[role=option]");
    if (hit) this.#last.keep(hit);
  }

  #key(event) {
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (chord && event.key.toLowerCase() === "k") { event.preventDefault(); this.#dialog.open ? this.#dialog.close() : this.#open(); }
    if (chord && event.key === "/") { event.preventDefault(); this.#dialog.close(); this.#show(document.getElementById("shortcuts")); }
    if (event.target !== this.#input) return;
    const many = this.#hits.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (many) this.#move((this.#active + (event.key === "ArrowDown" ? 1 : -1) + many) % many);
    } else if (event.key === "Enter" && this.#hits[this.#active]) {
      event.preventDefault();
      this.#hits[this.#active].click();
    }
  }

  #open(words = "", opener = null) {
    if (!this.#show(this.#dialog)) return;
    if (opener) opener.value = "";
    this.#input.value = words;
    this.#input.form.requestSubmit();
  }

  #show(dialog) {
    if (!dialog || document.querySelector("dialog:modal")) return false;
    dialog.showModal();
    return true;
  }

  #listed() {
    const last = this.#input.value.trim() ? null : this.#last.group(this.querySelector("template"));
    if (last) this.#list.prepend(last);
    this.querySelector("[role=status]").textContent = this.#list.querySelector("[data-said]")?.dataset.said ?? "";
    this.#list.scrollTop = 0;
    this.#move(this.#hits.length ? 0 : -1);
  }

  #move(place, scroll = true) {
    if (place < 0 && this.#hits.length && !scroll) return;
    this.#active = place;
    this.#hits.forEach((hit, at) => hit.setAttribute("aria-selected", String(at === place)));
    const hit = this.#hits[place];
    if (scroll) hit?.scrollIntoView({ block: "nearest" });
    hit ? this.#input.setAttribute("aria-activedescendant", hit.id) : this.#input.removeAttribute("aria-activedescendant");
  }

  #dress() {
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) for (const hint of document.querySelectorAll("[data-palette-hint]")) hint.textContent = "⌘ K";
  }
}

customElements.define("command-palette", CommandPalette);
