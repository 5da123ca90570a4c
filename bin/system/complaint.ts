/** Something the operator can mend: one sentence about what is wrong, and what to do about it. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
  readonly remedy: string;

  constructor(sentence: string, remedy: string, options?: ErrorOptions) {
    super(sentence, options);
    this.remedy = remedy;
  }
}
