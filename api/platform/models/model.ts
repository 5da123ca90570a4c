import { Model, type QueryBuilder } from 'objection';
import type { TenantScope } from '../tenant.ts';

type Methods<M> = { [Name in keyof M]: M[Name] extends (...given: never) => unknown ? Name : never }[keyof M];

/** What a model declares of its own, apart from what every model has. */
export type Columns<M extends TenantModel> = Exclude<keyof M, Methods<M> | keyof Model> & string;

/** A row of a tenant. Every query starts from a scope: there is no way to ask without a tenant's transaction. */
export class TenantModel extends Model {
  declare tenantId: string;

  static override get idColumn(): string[] {
    return ['tenantId', 'id'];
  }

  /** Rows of the scope's tenant. Row-level security says the same; the condition keeps the plan readable and is a second net. */
  static within<M extends TenantModel>(
    this: { new (): M; query: (typeof Model)['query']; tableName: string },
    scope: TenantScope,
  ): QueryBuilder<M, M[]> {
    const query = this.query(scope.trx) as unknown as QueryBuilder<M, M[]>;
    return query.where(`${this.tableName}.tenantId`, scope.tenantId);
  }
}

/** The columns of a table's alias under the names the models use. */
export const selected = (alias: string, columns: Readonly<Record<string, true>>): string =>
  Object.keys(columns)
    .map((name) => `${alias}.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} as "${name}"`)
    .join(', ');
