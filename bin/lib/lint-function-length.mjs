const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/**
 * An ESLint rule: a function's own lines, without those of the functions inside it and without blank ones. What makes a service out
 * of its parts is as long as the service has methods, and is still one line of thought; a long body is not.
 */
export const functionLength = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false }],
    messages: { tooLong: 'This function has {{lines}} lines of its own; {{max}} is the most.' },
  },
  create(context) {
    const { max } = context.options[0];
    const written = (node) =>
      context.sourceCode.lines.slice(node.loc.start.line - 1, node.loc.end.line).filter((line) => line.trim() !== '').length;
    const nestedLines = [];

    const enter = () => nestedLines.push(0);
    const leave = (node) => {
      const whole = written(node);
      const own = whole - nestedLines.pop();
      if (nestedLines.length > 0) nestedLines[nestedLines.length - 1] += whole;
      if (own > max) context.report({ node, messageId: 'tooLong', data: { lines: String(own), max: String(max) } });
    };
    return Object.fromEntries(
      FUNCTIONS.flatMap((type) => [
        [type, enter],
        [`${type}:exit`, leave],
      ]),
    );
  },
};
