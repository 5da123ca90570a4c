import { html, nothing, type TemplateResult } from 'lit';
import { ApiProblem, type Person } from 'video-analysis-platform';
import { clubProblemWords, writePeople } from './club-api.ts';
import { data, t, type Role } from './site.ts';

const ROLES: readonly Role[] = ['player', 'guardian', 'coach', 'admin'];

/** Adds a person or changes one, in a dialog. */
export class PersonForm {
  #person: Person | null = null;
  #busy = false;
  #problem: ApiProblem | null = null;
  readonly #redraw: () => void;
  readonly #saved: (person: Person) => void;

  constructor(redraw: () => void, saved: (person: Person) => void) {
    this.#redraw = redraw;
    this.#saved = saved;
  }

  add(): void {
    this.#show(null);
  }

  change(person: Person): void {
    this.#show(person);
  }

  render(): TemplateResult {
    const person = this.#person;
    const hasAccount = person !== null && (data.accounts ?? []).includes(person.externalId);
    return html`
      <dialog class="ask person-form" aria-labelledby="form-title">
        <form @submit=${this.#submit}>
          <h2 id="form-title">${person ? t('changeTitle', { name: person.displayName }) : t('addPerson')}</h2>
          <label>
            ${t('name')}
            <input
              name="displayName"
              required
              maxlength="100"
              autocomplete="off"
              ?disabled=${hasAccount}
              .value=${person?.displayName ?? ''}
            />
          </label>
          <label>
            ${t('role')}
            <select name="role" ?disabled=${hasAccount}>
              ${ROLES.map((role) => html`<option value=${role} ?selected=${role === (person?.role ?? 'player')}>${t(role)}</option>`)}
            </select>
          </label>
          ${hasAccount ? html`<p class="hint">${t('accountHint')}</p>` : nothing}
          <label>
            ${t('birthDate')}
            <input name="birthDate" type="date" min="1900-01-01" aria-describedby="birth-hint" />
          </label>
          <p id="birth-hint" class="hint">${t(person ? 'birthDateHint' : 'birthDateHintNew')}</p>
          ${this.#problem ? html`<p class="refused" role="alert">${clubProblemWords(this.#problem)}</p>` : nothing}
          <div class="answers">
            <button type="button" @click=${() => this.#dialog?.close()}>${t('cancel')}</button>
            <button class="primary" aria-disabled=${this.#busy}>${t('save')}</button>
          </div>
        </form>
      </dialog>
    `;
  }

  get #dialog(): HTMLDialogElement | null {
    return document.querySelector('dialog.person-form');
  }

  #show(person: Person | null): void {
    this.#person = person;
    this.#problem = null;
    this.#redraw();
    this.#dialog?.querySelector('form')?.reset();
    // A reset goes back to what the markup says, and a name that was set is no markup.
    const name = this.#dialog?.querySelector<HTMLInputElement>('[name=displayName]');
    if (name) name.value = person?.displayName ?? '';
    this.#dialog?.showModal();
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#busy) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string | undefined => {
      const value = fields.get(name);
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
    };
    const person = this.#person;
    // A field that is switched off is not in the form; what it shows stays.
    const said = { displayName: text('displayName') ?? person?.displayName, role: text('role') ?? person?.role };
    const birthDate = text('birthDate');
    const body = { ...said, ...(birthDate !== undefined && { birthDate }) };
    this.#busy = true;
    this.#problem = null;
    this.#redraw();
    try {
      const saved = await (person ? writePeople('PUT', `/${encodeURIComponent(person.externalId)}`, body) : writePeople('POST', '', body));
      this.#dialog?.close();
      this.#saved(saved as Person);
    } catch (thrown) {
      this.#problem = ApiProblem.of(thrown);
    }
    this.#busy = false;
    this.#redraw();
  };
}
