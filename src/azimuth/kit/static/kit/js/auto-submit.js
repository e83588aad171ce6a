// <auto-submit>: sends the form inside as soon as a choice changes, and a search while it is typed.
class AutoSubmit extends HTMLElement {
  #timer;

  connectedCallback() {
    this.addEventListener("change", this);
    this.addEventListener("input", this);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  handleEvent({ type, target }) {
    const form = target.form;
    if (!form) return;
    clearTimeout(this.#timer);
    if (type === "change" && !target.matches("[data-live]")) form.requestSubmit();
    if (type === "input" && target.matches("[data-live]")) this.#timer = setTimeout(() => form.requestSubmit(), 250);
  }
}

customElements.define("auto-submit", AutoSubmit);
