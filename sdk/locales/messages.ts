import type { en } from './en.ts';

/** A message whose form depends on a number; the forms are those of Intl.PluralRules. `other` is used where a form is missing. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

type SameShape<Table> = {
  readonly [Section in keyof Table]: { readonly [Key in keyof Table[Section]]: Table[Section][Key] extends string ? string : Plural };
};

/** A whole language. */
export type Messages = SameShape<typeof en>;
