// <drop-menu>: closes the <details> inside on Escape, on a click elsewhere, and when focus leaves.
class DropMenu extends HTMLElement {
  get #details() {
    return this.querySelector("details");
  }

  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
    document.addEventListener("click", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (!this.#details?.open) return;
    if (event.type === "keydown") this.#key(event);
    if (event.type === "click" && !this.contains(event.target)) this.#close();
    if (event.type === "focusout" && event.relatedTarget && !this.contains(event.relatedTarget)) this.#close();
  }

  #key(event) {
    if (event.key === "Escape") {
      this.#close();
      this.querySelector("summary").focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = [...this.querySelectorAll("summary, a[href], button")].filter((item) => item.checkVisibility());
    const place = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items[(place + items.length) % items.length].focus();
    event.preventDefault();
  }

  #close() {
    this.#details.open = false;
  }
}

customElements.define("drop-menu", DropMenu);
