// <live-search>: sends the form around (or inside) it while somebody types; the answer replaces what the form's hx-target names.
class LiveSearch extends HTMLElement {
  #timer;

  connectedCallback() {
    this.addEventListener("input", this);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  handleEvent({ target }) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => target.form?.requestSubmit(), Number(this.getAttribute("wait") ?? 250));
  }
}

customElements.define("live-search", LiveSearch);
