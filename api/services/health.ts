import type { Knex } from 'knex';
import { DomainError } from '../../domain/errors.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import type { Health } from './contracts.ts';

const part = async (name: string, question: Promise<unknown>): Promise<void> => {
  try {
    await question;
  } catch (cause) {
    throw new DomainError('service.unavailable', { detail: `The ${name} does not answer.`, cause });
  }
};

export const health = (database: Knex, store: ObjectStore): Health => ({
  ready: async () => {
    await part('database', database.raw('select 1'));
    await part('object store', store.ping());
  },
});
