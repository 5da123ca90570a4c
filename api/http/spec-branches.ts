import type { SpecDocument } from './spec.ts';

type Schema = Readonly<Record<string, unknown>>;

const isObject = (node: unknown): node is Schema => typeof node === 'object' && node !== null && !Array.isArray(node);

/**
 * Rewrites every union whose branches are told apart by a constant member (a shape's `type`) into if/then/else. It accepts
 * the same values, but a failure names the field of the one branch that was meant, where a union reports every branch's
 * complaint: an arrow without its end would be "not a line, not a circle, not a text …". The branch without a constant, if
 * there is one, must itself refuse the constants of the others, as `LaterShape` does.
 */
export function branchOnConstants(spec: SpecDocument): SpecDocument {
  const resolve = (schema: unknown): unknown => {
    if (!isObject(schema) || typeof schema['$ref'] !== 'string') return schema;
    return spec.components.schemas[schema['$ref'].replace('#/components/schemas/', '')];
  };
  const rewrite = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(rewrite);
    if (!isObject(node)) return node;
    const union = node['anyOf'] ?? node['oneOf'];
    const branched = Array.isArray(union) ? branch(union, resolve) : null;
    const { anyOf: _any, oneOf: _one, ...rest } = node;
    return Object.fromEntries(Object.entries(branched ? { ...rest, ...branched } : node).map(([key, value]) => [key, rewrite(value)]));
  };
  return rewrite(spec) as SpecDocument;
}

function branch(union: readonly unknown[], resolve: (schema: unknown) => unknown): Schema | null {
  const branches = union.map((schema) => ({ schema, constant: constantOf(resolve(schema)) }));
  const known = branches.flatMap(({ schema, constant }) => (constant ? [{ schema, ...constant }] : []));
  const rest = branches.filter(({ constant }) => constant === null);
  const member = known[0]?.member;
  if (member === undefined || rest.length > 1 || known.some((other) => other.member !== member)) return null;
  const anotherValue: unknown = { type: 'object', required: [member], properties: { [member]: { enum: known.map(({ value }) => value) } } };
  return known.reduceRight<unknown>(
    (otherwise, { schema, value }) => ({
      if: { type: 'object', required: [member], properties: { [member]: { const: value } } },
      then: schema,
      else: otherwise,
    }),
    rest[0] ? rest[0].schema : anotherValue,
  ) as Schema;
}

/** The required member of an object schema that has one possible value. */
function constantOf(schema: unknown): { member: string; value: string } | null {
  if (!isObject(schema) || !isObject(schema['properties']) || !Array.isArray(schema['required'])) return null;
  const required: readonly unknown[] = schema['required'];
  for (const [member, property] of Object.entries(schema['properties']))
    if (isObject(property) && typeof property['const'] === 'string' && required.includes(member))
      return { member, value: property['const'] };
  return null;
}
