// <modal-dialog>: shows the <dialog> inside when a link to its id is followed; without JavaScript :target unfolds it in the page.
class ModalDialog extends HTMLElement {
  #opener;

  get #dialog() {
    return this.querySelector("dialog");
  }

  connectedCallback() {
    document.addEventListener("click", this);
    this.#dialog.addEventListener("close", () => this.#opener?.focus());
    const asked = location.hash === `#${this.#dialog.id}`;
    if ("open" in this.#dialog.dataset || asked) {
      this.#dialog.removeAttribute("open");
      this.#dialog.showModal();
      if (asked) history.replaceState(null, "", location.pathname + location.search);
    }
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    const link = event.target.closest("a[href]");
    if (link?.getAttribute("href") === `#${this.#dialog.id}`) {
      event.preventDefault();
      this.#opener = link;
      this.#dialog.showModal();
    } else if (this.#dialog.open && (event.target === this.#dialog || (link && "close" in link.dataset && this.contains(link)))) {
      event.preventDefault();
      this.#dialog.close();
    }
  }
}

customElements.define("modal-dialog", ModalDialog);
