/** Answers many questions in one go, in their order. Undefined where there is no answer. */
export type AskAll<Question, Answer> = (questions: readonly Question[]) => Promise<readonly (Answer | undefined)[]>;

export interface AskTogetherOptions {
  /** How many goes may be under way. What comes meanwhile waits for one of them to end, and then goes together. */
  readonly atOnce?: number;
  /** Questions in one go. */
  readonly most?: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly answer: (answer: Answer | undefined) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * One question at a time is what callers see; those that come in one turn of the event loop, or while others are being answered, are
 * asked together. So the cost of asking falls as the load rises, and no flood of questions takes the whole of a connection pool.
 */
export function askTogether<Question, Answer>(
  askAll: AskAll<Question, Answer>,
  { atOnce = 2, most = 500 }: AskTogetherOptions = {},
): (question: Question) => Promise<Answer | undefined> {
  const waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;

  const go = async (): Promise<void> => {
    const group = waiting.splice(0, most);
    underWay += 1;
    try {
      const answers = await askAll(group.map(({ question }) => question));
      for (const [at, { answer }] of group.entries()) answer(answers[at]);
    } catch (error) {
      for (const { refuse } of group) refuse(error);
    } finally {
      underWay -= 1;
    }
  };
  const start = (): void => {
    while (waiting.length > 0 && underWay < atOnce) void go().then(start);
  };

  return (question) =>
    new Promise((answer, refuse) => {
      waiting.push({ question, answer, refuse });
      if (waiting.length === 1) setImmediate(start);
    });
}
