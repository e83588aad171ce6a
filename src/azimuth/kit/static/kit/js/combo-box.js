// <combo-box>: gives the <select> inside a field to type in; the select stays the truth and is what the form sends.
let count = 0;

class ComboBox extends HTMLElement {
  #select; #input; #list; #active = -1;

  connectedCallback() {
    this.#select = this.querySelector("select");
    if (!this.#select || this.#input) return;
    this.#build();
    for (const type of ["input", "keydown", "focusin", "focusout", "pointerdown"]) this.addEventListener(type, this);
  }

  #build() {
    const key = `combo-${++count}`;
    this.#input = Object.assign(document.createElement("input"), { type: "text", id: this.#select.id, autocomplete: "off", value: this.#chosen });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": key, "aria-autocomplete": "list" })) this.#input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) if (this.#select.hasAttribute(name)) this.#input.setAttribute(name, this.#select.getAttribute(name));
    this.#list = Object.assign(document.createElement("ul"), { id: key, className: "combo__list", hidden: true });
    this.#list.setAttribute("role", "listbox");
    this.#select.removeAttribute("id");
    this.#select.required = false;
    this.#select.hidden = true;
    this.classList.add("combo");
    this.append(this.#input, this.#list);
  }

  get #chosen() {
    return this.#select.selectedOptions[0]?.text.trim() ?? "";
  }

  handleEvent(event) {
    if (event.type === "input" && event.target === this.#input) this.#show();
    if (event.type === "focusin") { this.#input.select(); }
    if (event.type === "focusout" && !this.contains(event.relatedTarget)) this.#leave();
    if (event.type === "keydown") this.#key(event);
    if (event.type === "pointerdown") this.#point(event);
  }

  #show(all = false) {
    const words = all ? [] : plain(this.#input.value).split(" ").filter(Boolean);
    const fits = [...this.#select.options].filter((option) => option.value && words.every((word) => ` ${plain(option.text)}`.includes(` ${word}`))).slice(0, 60);
    this.#list.replaceChildren(...fits.map((option, place) => this.#item(option, place)));
    this.#list.hidden = fits.length === 0;
    this.#input.setAttribute("aria-expanded", String(fits.length > 0));
    this.#move(words.length && fits.length ? 0 : -1);
  }

  #item(option, place) {
    const item = Object.assign(document.createElement("li"), { id: `${this.#list.id}-${place}`, className: "combo__item", textContent: option.text });
    item.setAttribute("role", "option");
    item.dataset.value = option.value;
    return item;
  }

  #move(place) {
    this.#active = place;
    [...this.#list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    const item = this.#list.children[place];
    item?.scrollIntoView({ block: "nearest" });
    item ? this.#input.setAttribute("aria-activedescendant", item.id) : this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const many = this.#list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.#list.hidden) this.#show(true);
      else this.#move((this.#active + (event.key === "ArrowDown" ? 1 : -1) + many) % many);
    } else if (event.key === "Enter" && !this.#list.hidden && this.#active >= 0) {
      event.preventDefault();
      this.#take(this.#list.children[this.#active].dataset.value);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.stopPropagation();
      this.#hide();
    }
  }

  #point(event) {
    const item = event.target.closest(".combo__item");
    if (item) { event.preventDefault(); this.#take(item.dataset.value); }
    else if (event.target === this.#input) this.#list.hidden ? this.#show(true) : this.#hide();
  }

  #take(value) {
    this.#select.value = value;
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
    this.#input.value = this.#chosen;
    this.#hide();
  }

  #leave() {
    if (this.#input.value.trim() === "") this.#take("");
    this.#input.value = this.#chosen;
    this.#hide();
  }

  #hide() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}

const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

customElements.define("combo-box", ComboBox);
