// <person-picker>: suggests people for the field inside while somebody types; an address or a whole name works without it.
class PersonPicker extends HTMLElement {
  #timer;
  #asked = 0;

  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("datalist");
    this.input?.setAttribute("list", this.list.id);
    this.input?.setAttribute("autocomplete", "off");
    this.addEventListener("input", this);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  handleEvent() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#suggest(), 150);
  }

  async #suggest() {
    const words = this.input.value.trim();
    if (words.length < 2 || [...this.list.options].some((option) => option.value === words)) return;
    const turn = ++this.#asked;
    const answer = await fetch(`${this.dataset.suggest}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || turn !== this.#asked) return;
    const { people } = await answer.json();
    this.list.replaceChildren(...people.map(({ value, note }) => Object.assign(document.createElement("option"), { value, label: note || value })));
  }
}

customElements.define("person-picker", PersonPicker);
